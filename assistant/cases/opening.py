"""Open a case: its urgency, its clock and the alerts that go with it, in the transaction of what it is about."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from assistant.cases.clocks import at_least, tell_again
from assistant.cases.service import Service
from assistant.cases.states import UNSEEN, State
from assistant.cases.why import Why
from assistant.domain.turn import Urgency
from assistant.storage.escalations import rank_of
from assistant.storage.store import Work

STARTS_AFRESH = (Urgency.EMERGENCY.value, Urgency.URGENT.value)
"""Urgencies whose cases must be seen anew when the same happens again."""


async def open_case(work: Work, service: Service, why: Why, at: datetime) -> str:
    """Return the id of the case, a new one or the one that waits for the same reason already."""
    why = replace(why, urgency=at_least(why.reason, why.urgency))
    waiting = await work.escalations.unresolved(why.conversation_id, why.reason)
    if waiting:
        return await _again(work, service, waiting[-1], why, at)
    is_emergency = why.urgency == Urgency.EMERGENCY.value
    due_at = service.due(why.reason, why.urgency, at)
    case_id = await work.escalations.open(why, at, due_at, at + tell_again()[0] if is_emergency else None)
    await work.case_alerts.add(case_id, 0, labels(service, at), at)
    facts = {"reason": why.reason, "urgency": why.urgency, "conversation": why.conversation_id}
    await work.audit.note("case_opened", "system", f"case:{case_id}", facts, at)
    return case_id


async def back_in_hand(work: Work, service: Service, conversation_id: str, at: datetime, by: str = "carer") -> bool:
    """Put cases that waited for the carer back in the hands of the person who answers; False when no case is open."""
    cases = await work.escalations.unresolved(conversation_id)
    for waiting in (one for one in cases if one.state == State.WAITING.value):
        due = service.clocks.due(waiting.urgency, State.TAKEN_OVER, at)
        await work.escalations.step(waiting.id, State.WAITING, State.TAKEN_OVER, by, at, due)
    return bool(cases)


def labels(service: Service, at: datetime, before: Collection[str] = ()) -> list[str]:
    """Return which targets are told, by label; `before` holds those that were told already."""
    return [label for label, _ in service.rota.told(service.hours, at, before)]


async def _again(work: Work, service: Service, case: Any, why: Why, at: datetime) -> str:
    """Add to a case that is open already.

    New danger must be seen by somebody, so a case that was seen before goes back to where nobody has seen it. In an
    emergency people are told each time.
    """
    urgency = max(case.urgency, why.urgency, key=lambda one: -rank_of(one))
    was_seen = case.state not in UNSEEN
    changes: dict[str, Any] = {
        "turn_id": why.turn_id or case.turn_id,
        "urgency": urgency,
        "rank": rank_of(urgency),
        "categories": list(dict.fromkeys((*case.categories, *why.categories))),
    }
    is_emergency = urgency == Urgency.EMERGENCY.value
    if is_emergency and case.tell_again_at is None:
        changes |= {"tell_again_at": at + tell_again()[0], "alert_level": 0}
    if is_emergency or (was_seen and urgency in STARTS_AFRESH):
        await work.case_alerts.add(case.id, 0, labels(service, at), at)
    due_at = service.clocks.due(urgency, State.OPEN, at)
    if not was_seen and case.due_at and due_at:
        changes["due_at"] = min(case.due_at, due_at)  # the clock of a case that nobody has seen is never put back
    await work.escalations.change(case.id, **changes)
    await work.escalations.note_event(case.id, "again", "system", at)
    if was_seen and urgency in STARTS_AFRESH:
        await work.escalations.step(case.id, State(case.state), State.REOPENED, "system", at, due_at)
    return str(case.id)
