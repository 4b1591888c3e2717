"""Tell people about cases, and about crisis texts that did not arrive."""

import structlog

from assistant.inbox.desk import Desk

log = structlog.get_logger()


async def raise_alert(desk: Desk, escalation_id: str, reason: str, urgency: str) -> None:
    """Say that a case waits, once. Reason and urgency only, never a carer's words."""
    log.warning("alert_raised", alert=escalation_id, reason=reason, urgency=urgency)
    await desk.store.together(lambda work: work.escalations.alerted(escalation_id, desk.clock.now()))


async def raise_missed_alerts(desk: Desk) -> int:
    """Raise the alerts of cases that a crash left untold; return how many."""
    async with desk.store.read() as work:
        missed = await work.escalations.unalerted()
    for escalation_id, reason, urgency in missed:
        await raise_alert(desk, escalation_id, reason, urgency)
    return len(missed)


async def watch_crisis_texts(desk: Desk) -> int:
    """Open an emergency case for each crisis text that has not been delivered in time; return how many."""
    now = desk.clock.now()
    opened = []
    async with desk.store.write() as work:
        for due in await work.outbox.undelivered_crisis(now - desk.rhythm.crisis_delivery):
            case = await work.escalations.open(
                due.conversation_id, due.turn_id, "undelivered_crisis_text", "emergency", (), now
            )
            await work.outbox.alerted(due.id, now)
            opened.append(case)
    for case in opened:
        await raise_alert(desk, case, "undelivered_crisis_text", "emergency")
    return len(opened)
