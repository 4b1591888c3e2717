"""Make a question that stands alone: which nation, and what "it" means."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.domain.turn import LIVES_IN, Exchange, Turn
from assistant.pipeline.feedback import LOOKED_AGAIN
from assistant.pipeline.several import several

POINTING = re.compile(r"\b(it|its|it's|that|this|those|these|them|they|there|one|ones|same)\b", re.IGNORECASE)
ELLIPTIC = re.compile(
    r"^\W*(and|but|so|also|then|or|what about|how about|how much|how long|how often|how do i (apply|claim|get|ask|start)|when|where|who|why|"
    r"what if|what else|anything else|can i|do i|does|is|are|will|would|could|which|even if|tell me more|more|go on|yes|explain)\b",
    re.IGNORECASE,
)
FEW = 9
"""A question of this many words or fewer may lean on the one before."""


@dataclass(frozen=True, slots=True)
class UnderstandQuestion:
    """Add the last topic to a follow-up ("how much is it?") and settle the nation.

    `names_topic(text)` says whether the text names a subject of the guidance by itself; `home_of(text)` names the
    nation only where the carer says that they live there, and that is remembered.
    """

    nation_of: Callable[[str], str]
    home_of: Callable[[str], str]
    names_topic: Callable[[str], bool]

    async def __call__(self, turn: Turn) -> Turn:
        if LOOKED_AGAIN in turn.effects:
            return turn
        last = last_answered(turn)
        follows = last is not None and self._leans_on(turn.masked)
        question = f"{last.citations[0].title}: {turn.masked}" if follows and last else turn.masked
        said = self.nation_of(turn.masked)
        nation = said or turn.past.nation or (self._nation_before(turn) if follows else "")
        home = self.home_of(turn.masked)
        effects = (*turn.effects, f"{LIVES_IN}{home}") if home and home != turn.past.nation else turn.effects
        questions = several(turn.masked, self.names_topic)
        return replace(turn, question=question, questions=questions, nation=nation, effects=effects)

    def _leans_on(self, text: str) -> bool:
        words = text.split()
        if len(words) > 2 * FEW or self.names_topic(text):
            return False
        return bool(POINTING.search(text)) or (len(words) <= FEW and bool(ELLIPTIC.match(text)))

    def _nation_before(self, turn: Turn) -> str:
        return next(
            (found for one in reversed(turn.past.exchanges[-3:]) if (found := self.nation_of(one.question))), ""
        )


def last_answered(turn: Turn) -> Exchange | None:
    """Return the latest of the last three exchanges that rested on guidance."""
    return next((one for one in reversed(turn.past.exchanges[-3:]) if one.citations), None)
