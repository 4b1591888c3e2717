"""Tell people about cases, and about crisis texts that did not arrive."""

import asyncio
from datetime import timedelta

import structlog

from assistant.cases.opening import back_in_hand, labels, open_case
from assistant.cases.why import Why
from assistant.channels.delivery import Fault, meaning_of
from assistant.inbox.desk import Desk
from assistant.storage.case_alerts import DueAlert
from assistant.storage.outbox import BY_PERSON

log = structlog.get_logger()
LOOK_BACK = timedelta(days=1)
"""Messages older than this are no longer watched."""


async def raise_alert(desk: Desk, case_id: str, reason: str, urgency: str) -> None:
    """Say that a case waits. Reason and urgency only, never a carer's words. Nothing waits for the sending."""
    log.warning("alert_raised", alert=case_id, reason=reason, urgency=urgency)
    if labels(desk.service, desk.clock.now()):
        desk.in_background(deliver_alerts(desk))
    else:  # nobody to tell outside: the queue is where staff look
        await desk.store.together(lambda work: work.escalations.alerted(case_id, desk.clock.now()))


async def deliver_alerts(desk: Desk) -> int:
    """Send every alert that is due; return how many were taken. Those not taken are tried again later."""
    now = desk.clock.now()
    due = await desk.store.together(lambda work: work.case_alerts.take_due(now))
    return sum(await asyncio.gather(*(_deliver(desk, one) for one in due)))


async def _deliver(desk: Desk, due: DueAlert) -> bool:
    target = desk.service.rota.address(due.target)
    words = desk.service.alert(due.case_id, due.reason, due.urgency, due.categories, again=due.level > 0)
    taken = bool(target) and await desk.service.send_alert(target, words)
    now = desk.clock.now()
    async with desk.store.write() as work:
        if taken:
            await work.case_alerts.sent(due.id, now)
            await work.escalations.alerted(due.case_id, now)
        elif await work.case_alerts.missed(due, now):
            await work.escalations.note_event(due.case_id, "alert_failed", "system", now)
    log.info("alert_delivered" if taken else "alert_put_off", alert=due.case_id, attempt=due.attempts)
    return taken


async def raise_missed_alerts(desk: Desk) -> int:
    """Raise the alerts of cases that were left untold; return how many there were."""
    now = desk.clock.now()
    async with desk.store.write() as work:
        missed = await work.escalations.unalerted()
        listed = {alert.case_id for alert in await work.case_alerts.of_cases([case_id for case_id, _, _ in missed])}
        for case_id in (one for one, _, _ in missed if one not in listed):
            await work.case_alerts.add(case_id, 0, labels(desk.service, now), now)
    for case_id, reason, urgency in missed:
        await raise_alert(desk, case_id, reason, urgency)
    return len(missed)


async def watch_lost_messages(desk: Desk) -> int:
    """Open a case for each message that the provider took and then could not deliver; return how many were lost.

    A person who wrote it gets the conversation back, since the carer whom they wait for has heard nothing.
    """
    now = desk.clock.now()
    async with desk.store.read() as work:
        lost = await work.outbox.lost(now - LOOK_BACK)
    for one in lost:
        async with desk.store.write() as work:
            await work.outbox.alerted(one.id, now)
            by_person = one.purpose in BY_PERSON
            if by_person or meaning_of(one.error_code or 0).fault is not Fault.OPTED_OUT:
                await open_case(work, desk.service, Why(one.conversation_id, one.turn_id, "send_refused"), now)
            if by_person:
                await back_in_hand(work, desk.service, one.conversation_id, now, "system")
    return len(lost)


async def watch_crisis_texts(desk: Desk) -> int:
    """Open an emergency case for each crisis text that has not been delivered in time; return how many."""
    now = desk.clock.now()
    opened = []
    async with desk.store.write() as work:
        for due in await work.outbox.undelivered_crisis(now - desk.rhythm.crisis_delivery):
            why = Why(due.conversation_id, due.turn_id, "undelivered_crisis_text", "emergency")
            opened.append(await open_case(work, desk.service, why, now))
            await work.outbox.alerted(due.id, now)
    for case in opened:
        await raise_alert(desk, case, "undelivered_crisis_text", "emergency")
    return len(opened)
