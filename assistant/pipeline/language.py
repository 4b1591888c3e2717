"""Answer a message in another language with the offer of an interpreter or a person, in that language."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.wording import Wording

RAIL = "other_languages"


@dataclass(frozen=True, slots=True)
class OfferInterpreter:
    """End the turn when the screen found another language. Danger in it was answered before.

    `detect(text)` gives the language's code, "" for English; `offer(code)` its fixed words, "" when there are none.
    """

    detect: Callable[[str], str]
    offer: Callable[[str], str]
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if not any(finding.rail == RAIL and finding.result == "fail" for finding in turn.findings):
            return turn
        words = self.offer(self.detect(turn.text)) or self.wording.canned(Outcome.DECLINED_LANGUAGE)
        return turn.stop(Outcome.DECLINED_LANGUAGE, words)
