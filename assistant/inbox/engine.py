"""DBOS carries each turn through crashes. Its tables hold ids only; the truth is in ours."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID, StepOptions
from sqlalchemy import create_engine, text

from assistant.inbox.alerts import raise_missed_alerts, watch_crisis_texts
from assistant.inbox.answer import answer
from assistant.inbox.desk import Desk
from assistant.inbox.receive import Receipt
from assistant.inbox.record import Overtaken
from assistant.inbox.retention import delete_old_words
from assistant.inbox.send import send_turn
from assistant.inbox.sweep import sweep
from assistant.settings import Settings

QUEUE = "turns"
APPLICATION_VERSION = "1"
"""Raised on purpose only: recovery takes up work of the same version alone, so a hash of the code would strand turns at each deploy."""
POLL = 0.03
"""Seconds between looks at the queue; the default of 1 s would be felt by the carer."""
log = structlog.get_logger()
_desk: list[Desk] = []


class StepFailed(Exception):
    """A step raised. The engine stores this, so it names the kind of error alone: the error itself may quote a carer."""


def tries(name: str) -> StepOptions:
    """Name a step and let it be tried once more than `turn_attempts`, so that the last try can apologise and tell a person."""
    return StepOptions(name=name, retries_allowed=True, interval_seconds=0.5, max_attempts=6, backoff_rate=2.0)


def desk() -> Desk:
    """Return this process's desk. The engine finds workflows by name, so they cannot carry it themselves."""
    if not _desk:
        raise RuntimeError("The durable engine was not started: call start_engine first.")
    return _desk[0]


@DBOS.workflow(name="durable_turn", max_recovery_attempts=1000)
async def durable_turn(inbound_id: int) -> str:
    """Answer and send one burst. Each step may run again after a crash; both find out what is already done."""
    turn_id = await DBOS.run_step_async(tries("answer"), answer_step, inbound_id)
    if turn_id:
        await DBOS.run_step_async(tries("send"), send_step, turn_id)
    return turn_id


@DBOS.workflow(name="unfinished_send", max_recovery_attempts=1000)
async def unfinished_send(turn_id: str) -> None:
    """Finish the sends of a turn whose own workflow has ended."""
    await DBOS.run_step_async(tries("send"), send_step, turn_id)


@DBOS.workflow(name="every_five_minutes")
async def every_five_minutes(_at: datetime, _context: Any) -> None:
    """Find messages, sends and alerts that something left behind."""
    await DBOS.run_step_async({"name": "sweep"}, sweep_step)


@DBOS.workflow(name="every_minute")
async def every_minute(_at: datetime, _context: Any) -> None:
    """See that crisis texts arrive."""
    await DBOS.run_step_async({"name": "crisis_texts"}, watch_step)


@DBOS.workflow(name="every_night")
async def every_night(_at: datetime, _context: Any) -> None:
    """Delete words that are past their time."""
    await DBOS.run_step_async({"name": "retention"}, retention_step)


async def answer_step(inbound_id: int) -> str:
    try:
        return await answer(desk(), inbound_id)
    except Overtaken:
        return ""
    except Exception as error:
        log.error("turn_failed", inbound_id=inbound_id, error=type(error).__name__)
        raise StepFailed(type(error).__name__) from None


async def send_step(turn_id: str) -> None:
    try:
        await send_turn(desk(), turn_id)
    except Exception as error:
        log.error("send_failed", turn_id=turn_id, error=type(error).__name__)
        raise StepFailed(type(error).__name__) from None


async def watch_step() -> int:
    return await watch_crisis_texts(desk())


async def retention_step() -> int:
    return await delete_old_words(desk())


async def sweep_step() -> int:
    found = await sweep(desk())
    for receipt, attempts in found.unanswered:
        await enqueue(receipt, attempts)
    for turn_id, conversation_id in found.unsent:
        name = f"send-{turn_id}-{int(desk().clock.now().timestamp())}"
        with SetWorkflowID(name), SetEnqueueOptions(queue_partition_key=conversation_id):
            await DBOS.enqueue_workflow_async(QUEUE, unfinished_send, turn_id)
    return len(found.unanswered) + len(found.unsent) + await raise_missed_alerts(desk())


async def enqueue(receipt: Receipt, attempts: int = 0) -> None:
    """Queue the durable turn of a stored message behind its conversation's earlier ones. Safe to repeat."""
    with SetWorkflowID(receipt.named(attempts)), SetEnqueueOptions(queue_partition_key=receipt.conversation_id):
        await DBOS.enqueue_workflow_async(QUEUE, durable_turn, receipt.inbound_id or 0)


@dataclass(frozen=True)
class Engine:
    """The running engine of this process."""

    async def enqueue(self, receipt: Receipt) -> None:
        """Queue a turn; on failure the sweep will find the message, so only say so."""
        try:
            await enqueue(receipt)
        except Exception as error:
            log.error("enqueue_failed", inbound_id=receipt.inbound_id, error=type(error).__name__)
        desk().arrivals.tell(receipt.conversation_id)

    async def stop(self) -> None:
        """Stop taking work. What is unfinished is taken up at the next start."""
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=0)
        _desk.clear()


async def start_engine(settings: Settings, with_desk: Desk) -> Engine:
    """Launch the engine, take up unfinished turns, and sweep once for messages that a crash left behind."""
    _desk[:] = [with_desk]
    url = engine_url(settings)
    if url.startswith("sqlite"):
        await asyncio.to_thread(_prepare_sqlite, url)
    config = DBOSConfig(
        name="kith",
        system_database_url=url,
        application_version=APPLICATION_VERSION,
        executor_id=settings.executor_id,
        log_level="CRITICAL",
        enable_otlp=False,
    )
    DBOS(config=config)
    DBOS.launch()
    await DBOS.register_queue_async(
        QUEUE, partition_concurrency=1, worker_concurrency=settings.turns_at_once, polling_interval_sec=POLL
    )
    await _schedule()
    await sweep_step()
    return Engine()


def engine_url(settings: Settings) -> str:
    """Return the engine's own database: on SQLite a file beside ours, so that neither waits for the other's writes."""
    if settings.is_sqlite:
        return f"sqlite:///{settings.var / 'engine.db'}"
    return settings.database.replace("+psycopg", "")


def _prepare_sqlite(url: str) -> None:
    """WAL stays set in the file, and lets readers and the writer pass each other."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
    engine.dispose()


async def _schedule() -> None:
    """Set the timers. They are stored, so that they are made once for all processes."""
    wanted = {
        "every_five_minutes": (every_five_minutes, "0 */5 * * * *"),
        "every_minute": (every_minute, "30 * * * * *"),
        "every_night": (every_night, "0 15 3 * * *"),
    }
    there = {schedule["schedule_name"] for schedule in await DBOS.list_schedules_async()}
    for name, (workflow, cron) in wanted.items():
        if name not in there:
            await DBOS.create_schedule_async(schedule_name=name, workflow_fn=workflow, schedule=cron)
