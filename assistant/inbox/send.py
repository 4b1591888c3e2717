"""Send a turn's messages in order. A send that was interrupted is looked for at the provider, never blindly repeated."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from assistant.cases.opening import open_case
from assistant.cases.why import Why
from assistant.channels.delivery import Fault
from assistant.channels.outcomes import SendRefused, SendRetryLater, SendUnknown
from assistant.channels.sender import Sent, body_hash
from assistant.inbox.alerts import raise_alert
from assistant.inbox.desk import Desk
from assistant.inbox.switches import as_stopped
from assistant.privacy.erasure import erase
from assistant.privacy.scrub import scrub
from assistant.storage.outbox import BY_PERSON, Due
from assistant.storage.people import Standing
from assistant.storage.store import Work

log = structlog.get_logger()
WINDOW = timedelta(hours=24)
"""WhatsApp's customer service window: free-form replies only within it."""
LOOKS = (1, 2, 4)
"""Waits before each look for a message that may have gone out. A provider under strain takes a message long after the
line broke; a crisis text is looked for once, since late is worse than twice."""
TRIES = 6
"""Tries at one message, with doubling waits, before a person is told."""


class SendLater(Exception):
    """The provider is not taking this message now. The engine tries the turn's sends again, then the sweep does."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What was handed to the provider, and what it said."""

    part: Due
    sent: Sent


Settled = Gone | bool
"""The message that went out; True when nothing is left to do; False when it may be tried again."""


async def send_turn(desk: Desk, turn_id: str) -> None:
    """Send what this turn still has to send. Safe to repeat at any point.

    That a message has gone out is noted in the same transaction in which the next one begins.
    """
    async with desk.store.read() as work:
        parts = await work.outbox.of_turn(turn_id)
    if not parts:
        return
    notes: list[asyncio.Task[None]] = []
    try:
        for part in parts:
            if part.state in ("pending", "sending") and (
                part.send_after is None or part.send_after <= desk.clock.now()
            ):
                settled = await _send_part(desk, part)
                if isinstance(settled, Gone):
                    notes.append(asyncio.create_task(_note_sent(desk, settled)))
    finally:
        await asyncio.gather(*notes)
    if any(part.purpose == "command" for part in parts):
        await _erase_if_wished(desk, parts[0].conversation_id)


async def _send_part(desk: Desk, part: Due) -> Settled:
    """Send one message, looking first for one whose send was interrupted."""
    interrupted = part.state == "sending"
    for attempt in range(TRIES):
        if settled := await _try_once(desk, part, interrupted):
            return settled
        interrupted = False
        await asyncio.sleep(desk.rhythm.retry_first.total_seconds() * 2**attempt)
    raise SendLater


async def _try_once(desk: Desk, part: Due, interrupted: bool) -> Settled:
    """Check the rules at the moment of sending, then send."""

    async def begin(work: Work) -> tuple[Standing | None, Due | None]:
        standing = await work.people.standing(part.conversation_id)
        now = part if interrupted or standing is None else await as_stopped(desk, work, part)
        if standing and now and not interrupted and may_send(now, standing):
            if waits_for_approval(desk, now):
                await work.outbox.hold([now.id])
            elif not await work.outbox.start(now.id, desk.clock.now()):
                return standing, None
        return standing, now

    standing, now = await desk.store.together(begin)
    if now is None:
        return True
    part = now
    if standing is None or not standing.address:
        return await _close(desk, part, "cancelled")
    outside = desk.clock.now() - standing.last_inbound_at > WINDOW and not part.template
    if interrupted and (found := await _find_interrupted(desk, part, standing.address, outside)):
        return Gone(part, found)
    if interrupted:
        return False
    if not may_send(part, standing):
        return await _close(desk, part, "cancelled")
    if waits_for_approval(desk, part):
        return True
    if outside and not desk.reopen_template:
        log.warning("reply_window_closed", outbound_id=part.id)
        await _close(desk, part, "failed", 63016)
        return await _tell_staff(desk, part, "reply_window_closed")
    return await _send(desk, part, standing.address, outside)


def may_send(part: Due, standing: Standing) -> bool:
    """Respect STOP and a person who has taken over, as they stand now. Danger is answered all the same.

    The answer to a command goes out even after STOP, but not while a person owns the conversation.
    """
    if part.purpose == "crisis":
        return True
    if part.purpose in BY_PERSON:
        return not standing.opted_out
    if standing.owner == "person":
        return False
    return part.purpose == "command" or not standing.opted_out


def waits_for_approval(desk: Desk, part: Due) -> bool:
    """Whether a person must read this before it goes out: every answer in approve-before-send mode, on any channel."""
    if part.approval == "approved":
        return False
    return part.approval == "waiting" or (desk.service.approve_within is not None and part.purpose == "reply")


async def _send(desk: Desk, part: Due, address: str, outside: bool) -> Settled:
    """Hand the message to the provider; a refusal is noted at once."""
    urgent = part.purpose == "crisis"
    try:
        if part.template:
            sent = await desk.sender.send_template(address, part.template, part.variables, urgent=urgent)
        elif outside:
            sent = await desk.sender.send_template(address, desk.reopen_template, desk.reopen_variables, urgent=urgent)
        else:
            sent = await desk.sender.send_text(address, part.body, urgent=urgent)
    except SendRefused as refused:
        return await _refused(desk, part, refused)
    except SendRetryLater as later:
        log.warning("send_put_off", outbound_id=part.id, error_code=later.code)
        await _close(desk, part, "pending")
        return False
    except SendUnknown:
        log.warning("send_interrupted", outbound_id=part.id)
        found = await _find_interrupted(desk, part, address, outside)
        if found is None:
            return False
        sent = found
    return Gone(part, sent)


async def _find_interrupted(desk: Desk, part: Due, address: str, outside: bool) -> Sent | None:
    """Ask the provider whether a message whose send was interrupted went out after all.

    The provider gets a moment to list it. A provider that cannot be asked means waiting, not sending again.
    """
    async with desk.store.read() as work:
        known = await work.outbox.known_sids(part.conversation_id)
    since = part.sending_at or part.created_at
    wanted = None if outside or part.template else body_hash(part.body)  # a template's words are the provider's
    for times in LOOKS[:1] if part.purpose == "crisis" else LOOKS:
        await asyncio.sleep(desk.rhythm.reconcile_after.total_seconds() * times)
        try:
            if found := await desk.sender.find_sent(address, wanted, since, known):
                return found
        except (SendRetryLater, SendUnknown) as error:
            raise SendLater from error
    return None


async def _note_sent(desk: Desk, gone: Gone) -> None:
    part, sent = gone.part, gone.sent

    async def unit(work: Work) -> None:
        now = desk.clock.now()
        await work.outbox.sent(part.id, sent.provider_sid, now)
        facts = {"turn": part.turn_id, "purpose": part.purpose}
        await work.audit.note("message_sent", "system", f"outbound:{part.id}", facts, now)

    await desk.store.together(unit)
    log.info("message_sent", outbound_id=part.id, sid=sent.provider_sid, message_kind=part.purpose)


async def _refused(desk: Desk, part: Due, refused: SendRefused) -> bool:
    """Note why, and tell staff unless the carer simply opted out on the provider's side, or only a question about the answer is lost."""
    log.warning("send_refused", outbound_id=part.id, error_code=refused.code)
    await _close(desk, part, "failed", refused.code)
    if (refused.fault is Fault.OPTED_OUT and part.purpose != "crisis") or part.purpose == "feedback":
        return True
    return await _tell_staff(desk, part, "send_refused")


async def _close(desk: Desk, part: Due, state: str, error_code: int | None = None) -> bool:
    await desk.store.together(lambda work: work.outbox.close(part.id, state, error_code))
    return True


async def _tell_staff(desk: Desk, part: Due, reason: str) -> bool:
    """Open a case: the carer did not get what was meant for them."""
    urgency = "emergency" if part.purpose == "crisis" else "none"
    now = desk.clock.now()
    why = Why(part.conversation_id, part.turn_id, reason, urgency)
    case = await desk.store.together(lambda work: open_case(work, desk.service, why, now))
    await raise_alert(desk, case, reason, urgency)
    return True


async def _erase_if_wished(desk: Desk, conversation_id: str) -> None:
    """Carry out DELETE MY DATA once its answer has gone out."""
    async with desk.store.read() as work:
        standing = await work.people.standing(conversation_id)
    if standing and standing.wants_erasure and standing.address:
        async with desk.store.write() as work:
            await erase(work, conversation_id, "carer", desk.clock.now())
        await scrub(desk.store)
