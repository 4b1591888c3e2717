"""Quote nothing that says how much of a medicine, or how often, whatever the message was taken for."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.domain.turn import Turn
from assistant.pipeline.intent import decline
from assistant.pipeline.wording import Wording


@dataclass(frozen=True, slots=True)
class LeaveOutDoses:
    """Quote no sentence that advises on a dose. When the nearest passage holds one, the question is one for a pharmacist.

    `without_doses(text)` gives the text without such sentences, or as it was when it has none.
    """

    without_doses: Callable[[str], str]
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        kept = [self.without_doses(one.text) for one in turn.passages]
        if any(text != one.text for text, one in zip(kept[: turn.leads], turn.passages, strict=False)):
            return decline(replace(turn, passages=()), "dose", self.wording)
        left = (replace(one, text=text) for one, text in zip(turn.passages, kept, strict=True) if text)
        return replace(turn, passages=tuple(left))
