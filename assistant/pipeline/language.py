"""Answer a message in another language with the offer of an interpreter or a person, in that language."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.wording import Wording

RAIL = "other_languages"
FEW = 3
"""Words."""


@dataclass(frozen=True, slots=True)
class OfferInterpreter:
    """End the turn when the screen found another language. Danger in it was answered before.

    `detect(text)` gives the language's code, "" for English; `offer(code)` its fixed words, "" when there are none.
    """

    detect: Callable[[str], str]
    offer: Callable[[str], str]
    wording: Wording
    goes_on: Callable[[str], bool] = lambda text: False
    """Whether a few words may still be in another language: no word is English, and they are no mere thanks."""

    async def __call__(self, turn: Turn) -> Turn:
        is_foreign = any(finding.rail == RAIL and finding.result == "fail" for finding in turn.findings)
        if not is_foreign and not self._goes_on(turn):
            return turn
        told_by = turn.text if is_foreign else turn.past.exchanges[-1].question
        words = self.offer(self.detect(told_by)) or self.wording.canned(Outcome.DECLINED_LANGUAGE)
        return turn.stop(Outcome.DECLINED_LANGUAGE, words)

    def _goes_on(self, turn: Turn) -> bool:
        """Whether a few words, too few to tell a language by, follow a message in another language and hold no English."""
        before = turn.past.exchanges[-1:]
        is_next = bool(before) and before[0].outcome == Outcome.DECLINED_LANGUAGE.value
        return is_next and 0 < len(turn.text.split()) <= FEW and self.goes_on(turn.text)
