"""Open a case: its urgency, its clock and the alerts that go with it, in the transaction of what it is about."""

from datetime import datetime
from typing import Any

from assistant.cases.clocks import at_least, tell_again
from assistant.cases.service import Service
from assistant.cases.states import UNSEEN, State
from assistant.domain.turn import Urgency
from assistant.storage.escalations import rank_of
from assistant.storage.store import Work


async def open_case(
    work: Work,
    service: Service,
    conversation_id: str,
    turn_id: str | None,
    reason: str,
    urgency: str,
    categories: tuple[str, ...],
    at: datetime,
) -> str:
    """Return the id of the case, a new one or the one that waits for the same reason already."""
    urgency = at_least(reason, urgency)
    waiting = await work.escalations.unresolved(conversation_id, reason)
    if waiting:
        return await _again(work, service, waiting[-1], turn_id, urgency, categories, at)
    is_emergency = urgency == Urgency.EMERGENCY.value
    case_id = await work.escalations.open(
        conversation_id, turn_id, reason, urgency, categories, at,
        due_at=service.due(reason, urgency, at),
        tell_again_at=at + tell_again()[0] if is_emergency else None,
    )  # fmt: skip
    await work.case_alerts.add(case_id, 0, labels(service, at, 0), at)
    facts = {"reason": reason, "urgency": urgency, "conversation": conversation_id}
    await work.audit.note("case_opened", "system", f"case:{case_id}", facts, at)
    return case_id


def labels(service: Service, at: datetime, level: int) -> list[str]:
    """Return which targets are told, by label."""
    return [label for label, _ in service.rota.told(service.hours, at, level)]


async def _again(
    work: Work,
    service: Service,
    case: Any,
    turn_id: str | None,
    urgency: str,
    categories: tuple[str, ...],
    at: datetime,
) -> str:
    """Add to a case that is open already. In an emergency people are told once more, whoever has it in hand."""
    urgency = max(case.urgency, urgency, key=lambda one: -rank_of(one))
    changes: dict[str, Any] = {
        "turn_id": turn_id or case.turn_id,
        "urgency": urgency,
        "rank": rank_of(urgency),
        "categories": list(dict.fromkeys((*case.categories, *categories))),
    }
    if urgency == Urgency.EMERGENCY.value:
        changes |= {"due_at": service.clocks.due(urgency, State(case.state), at), "breached_at": None}
        if case.state in UNSEEN and case.tell_again_at is None and case.alert_level == 0:
            changes["tell_again_at"] = at + tell_again()[0]
        await work.case_alerts.add(case.id, 0, labels(service, at, 0), at)
    await work.escalations.change(case.id, **changes)
    await work.escalations.note_event(case.id, "again", "system", at)
    return str(case.id)
