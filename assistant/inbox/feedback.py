"""Whether to ask if an answer helped, and what is kept of the carer's thumb."""

from datetime import datetime

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.thumbs import DOWN, REASON, UP
from assistant.storage.people import Standing
from assistant.storage.store import Work

EVERY = 3
"""At most one answer in three is followed by the question."""
GRAVE = (Outcome.SIGNPOSTED_CRISIS.value, Outcome.SIGNPOSTED_SAFEGUARDING.value)


def is_answer(turn: Turn) -> bool:
    """Whether the turn answered from guidance."""
    return turn.outcome is not None and turn.outcome.family == "answered" and bool(turn.citations)


def asks_for_thumb(turn: Turn, standing: Standing) -> bool:
    """Whether the carer is asked if this answer helped: never after danger, nor when a person is on the way."""
    grave = bool(standing.danger) or any(one.outcome in GRAVE for one in turn.past.exchanges)
    if grave or turn.escalation or turn.categories or not is_answer(turn):
        return False
    return standing.answers_since_ask + 1 >= EVERY and standing.owner == "assistant"


def awaited(turn: Turn, standing: Standing, asks: bool) -> dict[str, object]:
    """Return what changes about the next thumb of this conversation."""
    changes: dict[str, object] = {}
    if is_answer(turn):
        changes["answers_since_ask"] = 0 if asks else standing.answers_since_ask + 1
    awaits = "thumb" if asks else "reason" if DOWN in turn.effects else ""
    if awaits != standing.awaiting:
        changes["awaiting"] = awaits
    return changes


async def take_feedback(work: Work, turn: Turn, standing: Standing, now: datetime) -> None:
    """Store what the carer's message said of the answer before."""
    for effect in turn.effects:
        if effect in (UP, DOWN):
            await work.feedback.add(standing.conversation_id, 1 if effect == UP else -1, now)
        elif effect.startswith(REASON):
            await work.feedback.explain(standing.conversation_id, effect.removeprefix(REASON))
