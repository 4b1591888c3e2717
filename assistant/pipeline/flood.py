"""Slow down a flood of messages: one polite notice, then silence until it ebbs. Danger was answered before this, always."""

from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Past, Turn
from assistant.pipeline.wording import Wording

MOST_IN_A_MINUTE = 15
MOST_IN_A_DAY = 100


@dataclass(frozen=True, slots=True)
class LimitFlood:
    """End the turn when one carer has written more than a person does. The notice is sent once in a row."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if not is_flood(turn.past):
            return turn
        if any(one.outcome == Outcome.GUARDED_FLOOD.value for one in turn.past.exchanges[-1:]):
            return turn.stop(Outcome.GUARDED_FLOOD)
        return turn.stop(Outcome.GUARDED_FLOOD, self.wording.canned(Outcome.GUARDED_FLOOD))


def is_flood(past: Past) -> bool:
    """Whether one carer has written more than a person does."""
    return past.in_a_minute > MOST_IN_A_MINUTE or past.in_a_day > MOST_IN_A_DAY
