"""Open a case: its urgency, its clock and the alerts that go with it, in the transaction of what it is about."""

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


async def open_case(work: Work, service: Service, why: Why, at: datetime) -> str:
    """Return the id of the case, a new one or the one that waits for the same reason already."""
    why = replace(why, urgency=at_least(why.reason, why.urgency))
    waiting = await work.escalations.unresolved(why.conversation_id, why.reason)
    if waiting:
        return await _again(work, service, waiting[-1], why, at)
    is_emergency = why.urgency == Urgency.EMERGENCY.value
    due_at = service.due(why.reason, why.urgency, at)
    case_id = await work.escalations.open(why, at, due_at, at + tell_again()[0] if is_emergency else None)
    await work.case_alerts.add(case_id, 0, labels(service, at, 0), at)
    facts = {"reason": why.reason, "urgency": why.urgency, "conversation": why.conversation_id}
    await work.audit.note("case_opened", "system", f"case:{case_id}", facts, at)
    return case_id


def labels(service: Service, at: datetime, level: int) -> list[str]:
    """Return which targets are told, by label."""
    return [label for label, _ in service.rota.told(service.hours, at, level)]


async def _again(work: Work, service: Service, case: Any, why: Why, at: datetime) -> str:
    """Add to a case that is open already. In an emergency people are told once more, whoever has it in hand."""
    urgency = max(case.urgency, why.urgency, key=lambda one: -rank_of(one))
    changes: dict[str, Any] = {
        "turn_id": why.turn_id or case.turn_id,
        "urgency": urgency,
        "rank": rank_of(urgency),
        "categories": list(dict.fromkeys((*case.categories, *why.categories))),
    }
    if urgency == Urgency.EMERGENCY.value:
        changes |= {"due_at": service.clocks.due(urgency, State(case.state), at), "breached_at": None}
        if case.state in UNSEEN and case.tell_again_at is None and case.alert_level == 0:
            changes["tell_again_at"] = at + tell_again()[0]
        await work.case_alerts.add(case.id, 0, labels(service, at, 0), at)
    await work.escalations.change(case.id, **changes)
    await work.escalations.note_event(case.id, "again", "system", at)
    return str(case.id)
