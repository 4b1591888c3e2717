"""Answer one burst: read, think, record. One transaction before the thinking, one after it, none held between."""

from dataclasses import replace
from datetime import datetime

import structlog

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Heard, Past, Turn, Urgency
from assistant.inbox.burst import gather
from assistant.inbox.desk import Desk
from assistant.inbox.record import record
from assistant.pipeline.commands import Command, recognise
from assistant.pipeline.run import failed
from assistant.storage.inbound import Received
from assistant.storage.people import Standing
from assistant.storage.tables import new_id

log = structlog.get_logger()


async def answer(desk: Desk, inbound_id: int) -> str:
    """Answer the burst that this message belongs to and return the turn's id; empty when there is nothing to do.

    Safe to repeat: a message that has its turn already is not answered again.
    """
    await desk.pace.breathe()
    async with desk.store.write() as work:
        attempts = await work.inbound.pick_up(inbound_id, desk.clock.now())
        message = await work.inbound.get(inbound_id)
    if message is None:
        return ""
    if message.turn_id:
        return message.turn_id
    messages = await gather(desk, message.conversation_id)
    if message.id not in {one.id for one in messages}:
        return ""
    started_at = desk.clock.now()
    turn, standing = await _prepare(desk, messages)
    if attempts > desk.rhythm.attempts:
        turn = give_up(desk, turn)
    else:
        await desk.pace.breathe()
        turn = await desk.answerer(turn)
    return await record(desk, turn, messages, standing, started_at)


async def _prepare(desk: Desk, messages: list[Received]) -> tuple[Turn, Standing]:
    """Read what the conversation already holds."""
    conversation_id = messages[0].conversation_id
    async with desk.store.read() as work:
        standing = await work.people.standing(conversation_id)
        exchanges = await work.turns.recent(conversation_id)
        asks = any(recognise(one.heard.text) is Command.MY_DATA for one in messages)
        kept, since = await work.people.count_kept(conversation_id) if asks else (0, None)
    if standing is None:
        raise LookupError("The conversation is gone.")
    past = Past(
        exchanges,
        danger=standing.danger,
        nation=standing.nation,
        opted_out=standing.opted_out,
        person_owns=standing.owner == "person",
        told_about_masking=standing.told_about_masking,
        kept=kept,
        kept_since=since.date() if isinstance(since, datetime) else None,
    )
    heard = tuple(Heard(one.heard.text, one.heard.kind) for one in messages)
    return Turn(heard, past, id=new_id(), release=desk.answerer.release), standing


def give_up(desk: Desk, turn: Turn) -> Turn:
    """Make a dead letter: a kind apology, and a person told. The message has failed too often to be tried again."""
    log.error("turn_gave_up", turn_id=turn.id, attempt=desk.rhythm.attempts)
    turn = failed(turn, desk.answerer.wording, "attempts", Outcome.ERROR_GAVE_UP)
    alarming = any(desk.alarming(one.text) for one in turn.heard)
    if alarming:
        turn = turn.escalate("dead_letter", Urgency.EMERGENCY)
    return replace(turn, findings=(*turn.findings, Finding("dead_letter", "error", "too many attempts")))
