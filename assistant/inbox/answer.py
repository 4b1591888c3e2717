"""Answer one burst: read, think, record. One transaction before the thinking, one after it, none held between."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Past, Turn, Urgency
from assistant.inbox.burst import Burst, gather
from assistant.inbox.desk import Desk
from assistant.inbox.record import record
from assistant.inbox.switches import ruling
from assistant.pipeline.commands import Command, recognise
from assistant.pipeline.flood import MOST_IN_A_MINUTE
from assistant.pipeline.run import failed
from assistant.pipeline.soft_line import said_lately
from assistant.pipeline.thumbs import says_down
from assistant.storage.tables import new_id

log = structlog.get_logger()


async def answer(desk: Desk, inbound_id: int) -> str:
    """Answer the burst that this message belongs to and return the turn's id; empty when there is nothing to do.

    Safe to repeat: a message that has its turn already is not answered again.
    """
    burst = await gather(desk, inbound_id)
    if not burst.messages:
        return burst.answered_by
    async with desk.thinking:
        # Counted only now: a crash must not count as a try for all the messages that merely wait for their turn.
        tried = await desk.store.together(lambda work: work.inbound.pick_up(inbound_id, desk.clock.now()))
        started_at = desk.clock.now()
        turn = await _prepare(desk, burst)
        if tried and tried.attempts > desk.rhythm.attempts:
            turn = give_up(desk, turn)
        else:
            turn = await desk.answerer(turn)
    if desk.closing.is_set():
        raise asyncio.CancelledError("The service stops. The turn runs again at the next start.")
    return await record(desk, turn, burst, started_at)


async def _prepare(desk: Desk, burst: Burst) -> Turn:
    """Return the turn as the steps get it."""
    standing = burst.standing
    if standing is None:
        raise LookupError("The conversation is gone.")
    kept, since = 0, None
    if any(recognise(one.heard.text) is Command.MY_DATA for one in burst.messages):
        async with desk.store.read() as work:
            kept, since = await work.people.count_kept(standing.conversation_id)
    downs = 0
    if any(says_down(one.heard.text, standing.awaiting) for one in burst.messages):
        async with desk.store.read() as work:
            downs = await work.feedback.downs(standing.conversation_id)
    past = Past(
        burst.exchanges,
        danger=standing.danger,
        nation=standing.nation,
        opted_out=standing.opted_out,
        person_owns=standing.owner == "person",
        told_about_masking=standing.told_about_masking,
        kept=kept,
        kept_since=since.date() if since else None,
        awaiting=standing.awaiting,
        downs=downs,
    )
    now = desk.clock.now()
    async with desk.store.read() as work:
        rules = await ruling(desk, work)
        in_a_day = await work.inbound.arrived(standing.conversation_id, now - timedelta(days=1))
        soon = in_a_day > MOST_IN_A_MINUTE
        in_a_minute = (
            await work.inbound.arrived(standing.conversation_id, now - timedelta(minutes=1)) if soon else in_a_day
        )
    past = replace(past, in_a_minute=in_a_minute, in_a_day=in_a_day, line_said=said_lately(burst.exchanges, now))
    heard = tuple(one.heard for one in burst.messages)
    return Turn(heard, past, rules.limits, id=new_id(), release=rules.release)


def give_up(desk: Desk, turn: Turn) -> Turn:
    """Make a dead letter: a kind apology, and a person told. The message has failed too often to be tried again."""
    log.error("turn_gave_up", turn_id=turn.id, attempt=desk.rhythm.attempts)
    turn = failed(turn, desk.answerer.wording, "attempts", Outcome.ERROR_GAVE_UP)
    alarming = any(desk.alarming(one.text) for one in turn.heard)
    if alarming:
        turn = turn.escalate("dead_letter", Urgency.EMERGENCY)
    return replace(turn, findings=(*turn.findings, Finding("dead_letter", "error", "too many attempts")))
