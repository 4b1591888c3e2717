"""Send a turn's messages in order. A send that was interrupted is looked for at the provider, never blindly repeated."""

import asyncio
from datetime import timedelta

import structlog

from assistant.channels.delivery import Fault
from assistant.channels.outcomes import SendRefused, SendRetryLater, SendUnknown
from assistant.channels.sender import Sent, body_hash
from assistant.inbox.alerts import raise_alert
from assistant.inbox.desk import Desk
from assistant.storage.outbox import Due
from assistant.storage.people import Standing

log = structlog.get_logger()
WINDOW = timedelta(hours=24)
"""WhatsApp's customer service window: free-form replies only within it."""
TRIES = 6
"""Tries at one message, with doubling waits, before a person is told."""
ALWAYS = ("crisis", "command")
"""Purposes that go out even after STOP: words of safety, and the answer to a command."""


class SendLater(Exception):
    """The provider is not taking this message now. The engine tries the turn's sends again, then the sweep does."""


async def send_turn(desk: Desk, turn_id: str) -> None:
    """Send what this turn still has to send. Safe to repeat at any point."""
    async with desk.store.read() as work:
        parts = await work.outbox.of_turn(turn_id)
        standing = await work.people.standing(parts[0].conversation_id) if parts else None
        address = await work.people.address(parts[0].conversation_id) if parts else ""
        wants_erasure = standing is not None and await work.people.wants_erasure(standing.carer_id)
    if standing is None:
        return
    for part in parts:
        if part.state in ("pending", "sending"):
            await _send_part(desk, part, standing, address)
    if wants_erasure:
        async with desk.store.write() as work:
            await work.people.erase(standing.conversation_id)


async def _send_part(desk: Desk, part: Due, standing: Standing, address: str) -> None:
    """Check the rules at the moment of sending, then send one message."""
    if part.state == "sending":
        found = await _find_interrupted(desk, part, address)
        if found:
            return await _note_sent(desk, part, found)
    if not address or not _may_send(part, standing):
        return await _close(desk, part, "cancelled")
    outside = desk.clock.now() - standing.last_inbound_at > WINDOW
    if outside and not desk.reopen_template:
        log.warning("reply_window_closed", outbound_id=part.id)
        await _close(desk, part, "failed", 63016)
        return await _tell_staff(desk, part, "reply_window_closed")
    for attempt in range(TRIES):
        if await _try_once(desk, part, address, outside):
            return
        await asyncio.sleep(desk.rhythm.retry_first.total_seconds() * 2**attempt)
    raise SendLater


def _may_send(part: Due, standing: Standing) -> bool:
    """Respect STOP and a person who has taken over, as they stand now. Danger is answered all the same."""
    if part.purpose in ALWAYS:
        return True
    return not standing.opted_out and standing.owner != "person"


async def _try_once(desk: Desk, part: Due, address: str, outside: bool) -> bool:
    """Send; True when the message is settled, False when it may be tried again."""
    async with desk.store.write() as work:
        await work.outbox.start(part.id, desk.clock.now())
    urgent = part.purpose == "crisis"
    try:
        if outside:
            sent = await desk.sender.send_template(address, desk.reopen_template, {}, urgent=urgent)
        else:
            sent = await desk.sender.send_text(address, part.body, urgent=urgent)
    except SendRefused as refused:
        await _refused(desk, part, refused)
        return True
    except SendRetryLater as later:
        log.warning("send_put_off", outbound_id=part.id, error_code=later.code)
        await _close(desk, part, "pending")
        return False
    except SendUnknown:
        log.warning("send_interrupted", outbound_id=part.id)
        found = await _find_interrupted(desk, part, address)
        if found is None:
            return False
        sent = found
    await _note_sent(desk, part, sent)
    return True


async def _find_interrupted(desk: Desk, part: Due, address: str) -> Sent | None:
    """Ask the provider whether a message whose send was interrupted went out after all.

    The provider gets a moment to list it. A provider that cannot be asked means waiting, not sending again.
    """
    await asyncio.sleep(desk.rhythm.reconcile_after.total_seconds())
    async with desk.store.read() as work:
        known = await work.outbox.known_sids(part.conversation_id)
    since = part.sending_at or part.created_at
    try:
        return await desk.sender.find_sent(address, body_hash(part.body), since, known)
    except (SendRetryLater, SendUnknown) as error:
        raise SendLater from error


async def _note_sent(desk: Desk, part: Due, sent: Sent) -> None:
    async with desk.store.write() as work:
        await work.outbox.sent(part.id, sent.provider_sid, desk.clock.now())
    log.info("message_sent", outbound_id=part.id, sid=sent.provider_sid, message_kind=part.purpose)


async def _refused(desk: Desk, part: Due, refused: SendRefused) -> None:
    """Note why, honour a block on the provider's side, and tell staff unless the carer simply opted out."""
    log.warning("send_refused", outbound_id=part.id, error_code=refused.code)
    await _close(desk, part, "failed", refused.code)
    if refused.fault is not Fault.OPTED_OUT or part.purpose == "crisis":
        await _tell_staff(desk, part, "send_refused")


async def _close(desk: Desk, part: Due, state: str, error_code: int | None = None) -> None:
    async with desk.store.write() as work:
        await work.outbox.close(part.id, state, error_code)


async def _tell_staff(desk: Desk, part: Due, reason: str) -> None:
    """Open a case: the carer did not get what was meant for them."""
    urgency = "emergency" if part.purpose == "crisis" else "none"
    async with desk.store.write() as work:
        case = await work.escalations.open(part.conversation_id, part.turn_id, reason, urgency, (), desk.clock.now())
    await raise_alert(desk, case, reason, urgency)
