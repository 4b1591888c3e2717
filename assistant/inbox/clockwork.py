"""What happens each minute: emergencies told again, breaches noted, drafts that waited too long, alerts not yet taken.

Everything stands in our own tables with the time at which it is due, so a restart loses no clock.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from assistant.cases.clocks import tell_again
from assistant.cases.opening import labels, open_case
from assistant.cases.why import Why
from assistant.inbox.alerts import deliver_alerts, watch_crisis_texts, watch_lost_messages
from assistant.inbox.desk import Desk
from assistant.storage.store import Work
from assistant.storage.tables import new_id

log = structlog.get_logger()


async def tick(desk: Desk) -> list[tuple[str, str]]:
    """Do all that is due; return (turn id, conversation id) of holding texts to send. One duty that fails stops no other."""
    to_send: list[tuple[str, str]] = []

    async def expire() -> None:
        to_send.extend(await expire_drafts(desk))

    duties: tuple[Callable[[], Awaitable[Any]], ...] = (
        lambda: watch_crisis_texts(desk),
        lambda: watch_lost_messages(desk),
        lambda: tell_emergencies_again(desk),
        lambda: note_breaches(desk),
        expire,
        lambda: deliver_alerts(desk),
    )
    for duty in duties:
        try:
            await duty()
        except Exception as error:
            log.error("duty_failed", error=type(error).__name__)
    return to_send


async def tell_emergencies_again(desk: Desk) -> int:
    """Tell the next contact of the rota about each emergency that nobody has acknowledged; return how many."""
    now, steps = desk.clock.now(), tell_again()
    async with desk.store.write() as work:
        cases = await work.escalations.to_tell_again(now)
        for case in cases:
            level, began = case.alert_level + 1, case.tell_again_at - steps[case.alert_level]
            later = began + steps[level] if level < len(steps) else None
            before = [one.target for one in await work.case_alerts.of_cases([case.id]) if one.created_at >= began]
            await work.case_alerts.add(case.id, level, labels(desk.service, now, before), now)
            await work.escalations.change(case.id, alert_level=level, tell_again_at=later)
            await work.escalations.note_event(case.id, "told_again", "system", now)
    return len(cases)


async def note_breaches(desk: Desk) -> int:
    """Note each case whose clock ran out; return how many. It stays on top of the queue until somebody acts."""
    now = desk.clock.now()
    async with desk.store.write() as work:
        cases = await work.escalations.overdue(now)
        for case in cases:
            await work.escalations.change(case.id, breached_at=now)
            await work.escalations.note_event(case.id, "breached", "system", now)
            facts = {"state": case.state, "urgency": case.urgency, "due": case.due_at.isoformat()}
            await work.audit.note("case_breached", "system", f"case:{case.id}", facts, now)
    return len(cases)


async def expire_drafts(desk: Desk) -> list[tuple[str, str]]:
    """Replace drafts that nobody read in time by the fixed holding text; return what to send."""
    now = desk.clock.now()
    async with desk.store.write() as work:
        waiting = await work.outbox.drafts(before=now - (desk.service.approve_within or timedelta(0)))
        turns: dict[str, dict[str, None]] = {}
        for draft in waiting:
            turns.setdefault(draft.conversation_id, {})[draft.turn_id] = None
        return [await _hold_on(desk, work, list(theirs), whose) for whose, theirs in turns.items()]


async def _hold_on(desk: Desk, work: Work, turn_ids: Sequence[str], conversation_id: str) -> tuple[str, str]:
    """Withdraw a conversation's drafts and store one holding text in their place."""
    now, sent_as = desk.clock.now(), new_id()
    for turn_id in turn_ids:
        await work.outbox.withdraw(turn_id)
        await work.audit.note("draft_expired", "system", f"turn:{turn_id}", {}, now)
    await work.outbox.add(conversation_id, sent_as, [("holding", desk.answerer.wording.sentence("holding"))], now)
    await open_case(work, desk.service, Why(conversation_id, turn_ids[-1], "approve_reply"), now)
    return sent_as, conversation_id
