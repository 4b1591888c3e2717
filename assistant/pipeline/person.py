"""Bring in a person for a carer who asks for one, in an exact word or any others, also where nothing else is answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.flood import is_flood
from assistant.pipeline.wording import Wording

Classify = Callable[[str, Sequence[Sequence[float]]], Any]
ASKED = "human"
"""The intent of a wish for a person."""


@dataclass(frozen=True, slots=True)
class HearWishForPerson:
    """Hear the wish where the turn would end unanswered: after STOP, while the service is paused, once in a flood.

    Elsewhere `KeepToScope` hears it, from the one look at the message's intent.
    """

    classify: Classify
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if turn.past.person_owns or not self._would_go_unheard(turn):
            return turn
        wishes = self.classify(turn.text, turn.vectors).label == ASKED
        return bring_in_a_person(turn, self.wording) if wishes else turn

    def _would_go_unheard(self, turn: Turn) -> bool:
        heard_before = any(one.outcome == Outcome.COMMAND_HUMAN.value for one in turn.past.exchanges[-1:])
        return turn.past.opted_out or turn.limits.paused or (is_flood(turn.past) and not heard_before)


def bring_in_a_person(turn: Turn, wording: Wording) -> Turn:
    """End the turn with what will happen and when, and a case for staff. After STOP that begins messages again, or nobody could answer."""
    text = wording.canned(Outcome.COMMAND_HUMAN)
    if turn.past.opted_out:
        turn = replace(turn, effects=(*turn.effects, "opt_in"))
        text += "\n" + wording.sentence("messages_again")
    return turn.escalate("asked_for_person").stop(Outcome.COMMAND_HUMAN, text)
