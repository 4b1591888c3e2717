"""DBOS carries each turn through crashes. Its tables hold ids only; the truth is in ours."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import Engine as Database

from assistant.guidance.reminders import remind_owners
from assistant.inbox.alerts import raise_missed_alerts
from assistant.inbox.answer import answer
from assistant.inbox.clockwork import tick
from assistant.inbox.desk import Desk
from assistant.inbox.engine_store import engine_url, sqlite_engine
from assistant.inbox.receive import Receipt
from assistant.inbox.record import Overtaken
from assistant.inbox.retention import delete_old_words
from assistant.inbox.send import send_turn
from assistant.inbox.sweep import Found, sweep
from assistant.inbox.tidy import forget_finished
from assistant.inbox.timers import run_jobs
from assistant.settings import Settings

QUEUE = "turns"
APPLICATION_VERSION = "1"
"""Raised on purpose only: recovery takes up work of the same version alone, so a hash of the code would strand turns at each deploy."""
POLL = 0.06
"""Seconds between looks at the queue. Each look costs about 5 ms of processor; the default of 1 s would be felt by the carer."""
BACKOFF = 0.5
"""Seconds before the second try at a turn; each further wait doubles."""
CATCH_UP = (0.0, 5.0, 10.0, 15.0, 20.0)
"""Seconds before each sweep of the start. Past them the five-minute sweep takes over."""
log = structlog.get_logger()
Result = TypeVar("Result")
FORGOTTEN = 600.0
"""Seconds after which a queued message that is still unanswered is queued again: the process that took it may be gone."""
_desk: list[Desk] = []
_settings: list[Settings] = []
_in_hand: dict[int, float] = {}
"""When this process queued which message. A sweep under load would else queue all that wait a second time."""


class StepFailed(Exception):
    """A step raised. The engine stores this, so it names the kind of error alone: the error itself may quote a carer."""


def desk() -> Desk:
    """Return this process's desk. The engine finds workflows by name, so they cannot carry it themselves."""
    if not _desk:
        raise RuntimeError("The durable engine was not started: call start_engine first.")
    return _desk[0]


@DBOS.workflow(name="durable_turn", max_recovery_attempts=1000)
async def durable_turn(inbound_id: int) -> str:
    """Answer and send one burst.

    No engine step is recorded inside: both halves find out from our own tables what is already done, so that
    after a crash the whole turn may simply run again, and each message costs the engine three writes, not seven.
    """
    try:
        turn_id = await persist(lambda: answer_once(inbound_id))
        if turn_id:
            await persist(lambda: send_turn(desk(), turn_id))
        return turn_id
    finally:
        _in_hand.pop(inbound_id, None)


@DBOS.workflow(name="unfinished_send", max_recovery_attempts=1000)
async def unfinished_send(turn_id: str) -> None:
    """Finish the sends of a turn whose own workflow has ended."""
    await persist(lambda: send_turn(desk(), turn_id))


@DBOS.workflow(name="every_five_minutes")
async def every_five_minutes(_at: datetime, _context: Any) -> None:
    """Find messages, sends and alerts that something left behind."""
    await sweep_up()


@DBOS.workflow(name="every_minute")
async def every_minute(_at: datetime, _context: Any) -> None:
    """See that crisis texts arrive, emergencies are seen and clocks are kept, and let the other rooms do what is due."""
    for turn_id, conversation_id in await tick(desk()):
        await enqueue_send(turn_id, conversation_id)
    await run_jobs(desk(), _settings[0])


@DBOS.workflow(name="every_night")
async def every_night(_at: datetime, _context: Any) -> None:
    """Delete what is past its time, here and in the engine's tables, and remind owners of guidance due for a review."""
    await delete_old_words(desk())
    await forget_finished(desk().clock.now() - desk().rhythm.retention)
    await remind_owners(desk())


async def persist(work: Callable[[], Awaitable[Result]]) -> Result:
    """Try until it works, once more than `turn_attempts`, so that the last try can apologise and tell a person."""
    tries = desk().rhythm.attempts + 1
    for number in range(1, tries + 1):
        try:
            return await work()
        except Exception as error:
            log.error("turn_failed", attempt=number, error=type(error).__name__)
            if number == tries:
                raise StepFailed(type(error).__name__) from None
        await asyncio.sleep(BACKOFF * 2 ** (number - 1))
    raise AssertionError


async def answer_once(inbound_id: int) -> str:
    """Answer; nothing to do when another turn was quicker."""
    try:
        return await answer(desk(), inbound_id)
    except Overtaken:
        return ""


async def sweep_up() -> Found:
    """Queue what was left behind and tell staff of cases that nobody heard of."""
    found = await sweep(desk())
    await take_up(found)
    await raise_missed_alerts(desk())
    return found


async def catch_up() -> None:
    """Sweep at the start and a few times more.

    Messages that arrive while the process starts are refused; the provider lists them, perhaps only after our doors
    are open, and it may be silent at first.
    """
    for wait in CATCH_UP:
        await asyncio.sleep(wait)
        try:
            await sweep_up()
        except Exception as error:
            log.error("catch_up_failed", error=type(error).__name__)


async def take_up(found: Found) -> None:
    """Queue turns and sends that a sweep found."""
    now = time.monotonic()
    for inbound_id in [one for one, at in _in_hand.items() if now - at > FORGOTTEN]:
        del _in_hand[inbound_id]
    for receipt, attempts in found.unanswered:
        if receipt.inbound_id not in _in_hand:
            await enqueue(receipt, attempts)
    for turn_id, conversation_id in found.unsent:
        await enqueue_send(turn_id, conversation_id)


async def enqueue_send(turn_id: str, conversation_id: str, delay: float = 0.0) -> None:
    """Queue the sends of a turn behind its conversation's earlier ones, after `delay` seconds."""
    name = f"send-{turn_id}-{int(desk().clock.now().timestamp())}"
    options = SetEnqueueOptions(queue_partition_key=conversation_id, delay_seconds=delay or None)
    with SetWorkflowID(name), options:
        await DBOS.enqueue_workflow_async(QUEUE, unfinished_send, turn_id)


async def enqueue(receipt: Receipt, attempts: int = 0) -> None:
    """Queue the durable turn of a stored message behind its conversation's earlier ones. Safe to repeat."""
    inbound_id = receipt.inbound_id or 0
    _in_hand[inbound_id] = time.monotonic()
    try:
        with SetWorkflowID(receipt.named(attempts)), SetEnqueueOptions(queue_partition_key=receipt.conversation_id):
            await DBOS.enqueue_workflow_async(QUEUE, durable_turn, inbound_id)
    except Exception:
        del _in_hand[inbound_id]
        raise


@dataclass(frozen=True)
class Engine:
    """The running engine of this process."""

    catching_up: asyncio.Task[None]
    database: Database | None = None

    async def enqueue(self, receipt: Receipt) -> None:
        """Queue a turn; on failure the sweep will find the message, so only say so."""
        try:
            await enqueue(receipt)
        except Exception as error:
            log.error("enqueue_failed", inbound_id=receipt.inbound_id, error=type(error).__name__)
        desk().arrivals.tell(receipt.conversation_id)

    async def send(self, turn_id: str, conversation_id: str, delay: float = 0.0) -> None:
        """Queue the sends of a turn; on failure the sweep will find them, so only say so."""
        try:
            await enqueue_send(turn_id, conversation_id, delay)
        except Exception as error:
            log.error("enqueue_failed", turn_id=turn_id, error=type(error).__name__)

    async def stop(self) -> None:
        """Stop taking work. What is unfinished is taken up at the next start."""
        desk().closing.set()
        self.catching_up.cancel()
        await asyncio.wait([self.catching_up])
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=0)
        if self.database:
            self.database.dispose()
        _desk.clear()
        _in_hand.clear()


async def start_engine(settings: Settings, with_desk: Desk) -> Engine:
    """Launch the engine, take up unfinished turns, and begin to look for messages that a crash left behind."""
    _desk[:], _settings[:] = [with_desk], [settings]
    url = engine_url(settings)
    own = sqlite_engine(url)
    config = DBOSConfig(
        name="kith",
        system_database_url=url,
        system_database_engine=own,
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
    return Engine(asyncio.create_task(catch_up()), own)


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
