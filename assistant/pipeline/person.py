"""Bring in a person for a carer who asks for one, in an exact word or any others, also where nothing else is answered."""

import re
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

PERSON = r"(?:a |the |your |that )?(?:real )?(?:person|human|someone|somebody|adviser|advisor|call ?back)"
STILL_WAITS = re.compile(
    rf"\b(?:asked|waiting|waited|wait)\b.{{0,20}}\b{PERSON}\b.{{0,20}}\b(?:yesterday|ago|hours?|days?|ages|still|since|last (?:week|night))\b"
    rf"|\bstill (?:waiting|not heard|no (?:person|human|reply|answer))\b.{{0,20}}{PERSON}\b",
    re.IGNORECASE,
)
"""Says that somebody was asked for, and when."""
ASKS_WHEN = re.compile(
    r"^\W*(?:but |and |so |ok |well )*(?:how long|when|what time|still waiting|(?:i['’]?m|i am) (?:still )?waiting|(?:nobody|no ?one|no-one) (?:has )?(?:came|come|rang|called|answered|replied|written|wrote)|"
    r"(?:is|are) (?:anyone|they|someone|somebody) (?:coming|there)|(?:i )?can['’]?t wait|hurry)\b(?:\W+\w+){0,6}\W*$",
    re.IGNORECASE,
)
"""Asks, right after a person was asked for, when that person comes."""


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


@dataclass(frozen=True, slots=True)
class HearWaiting:
    """Say sorry to a carer who still waits for the person they asked for, and ask again."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        asked_before = any(one.outcome == Outcome.COMMAND_HUMAN.value for one in turn.past.exchanges[-1:])
        waits = STILL_WAITS.search(turn.text) or (asked_before and ASKS_WHEN.match(turn.text))
        return bring_in_a_person(turn, self.wording, "waiting") if waits else turn


def bring_in_a_person(turn: Turn, wording: Wording, variant: str = "") -> Turn:
    """End the turn with what will happen and when, and a case for staff. After STOP that begins messages again, or nobody could answer."""
    text = wording.canned(Outcome.COMMAND_HUMAN, variant)
    if turn.past.opted_out:
        turn = replace(turn, effects=(*turn.effects, "opt_in"))
        text += "\n" + wording.sentence("messages_again")
    return turn.escalate("asked_for_person").stop(Outcome.COMMAND_HUMAN, text)
