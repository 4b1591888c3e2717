"""The web application: webhooks, health checks, pages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import structlog
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.routing import BaseRoute, Route

from assistant.channels.sender import Sender
from assistant.console.entrance import open_console
from assistant.console.sections import sections
from assistant.domain.turn import Heard, Turn
from assistant.doors import make_door
from assistant.guidance.live import Follower, seed_guidance
from assistant.inbox.desk import Desk
from assistant.inbox.engine import Engine as Durable
from assistant.inbox.engine import start_engine
from assistant.inbox.receive import Receipt
from assistant.inbox.timers import jobs
from assistant.memory import hold_few_pools, settle
from assistant.settings import Settings
from assistant.staff.demo import settle_demo_staff
from assistant.storage.engine import check_engine, make_engine
from assistant.storage.keys import load_keys
from assistant.storage.log_keeper import keep_log_short
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from assistant.web.health import Check, healthz, readyz
from assistant.web.webhook import INBOUND, STATUS
from assistant.wiring import Brain, make_brain, make_desk, make_sender

TRIED = ("How do I get a break from caring?", "We had tea in the garden.")
"""What we write to ourselves at start. A question goes through the search and the checks, a mere telling needs a model of its own."""
log = structlog.get_logger()


@dataclass
class Running:
    """What one started process holds. Pages read it from `app.state.running`."""

    settings: Settings
    store: Store
    brain: Brain
    desk: Desk
    engine: Durable
    follower: Follower
    beside: tuple[asyncio.Task[None], ...]
    """What runs beside the service: the loading of what is not needed at once, and the keeper of SQLite's log."""
    can_answer: bool = True
    """Whether what we wrote to ourselves at start got through every step."""


Pages = Callable[[FastAPI], Sequence[BaseRoute]]
Beside = Callable[[], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings,
    sender: Sender | None = None,
    pages: Sequence[Pages] = (),
    beside: Beside = nullcontext,
    is_demo: bool = False,
) -> FastAPI:
    """Return the application.

    Args:
        settings: What the operator set.
        sender: Stands in for Twilio, in tests.
        pages: Functions that give further routes, such as the demo's simulator.
        beside: Runs as long as the application does, such as the demo's emulator.
        is_demo: Whether everything is pretend, which the pages say.
    """
    sender = sender or make_sender(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with beside():
            running = await start(settings, sender)
            app.state.running = running
            await settle_demo_staff(running.store, is_demo, running.desk.clock.now())
            log.info("service_started", release=running.brain.answerer.release, port=settings.port)
            yield
            await stop(running)

    app = FastAPI(title="Kith", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    async def stored(receipt: Receipt) -> None:
        await app.state.running.engine.enqueue(receipt)

    door = make_door(settings, lambda: app.state.running.store, stored, lambda: app.state.running.brain.words)
    checks: dict[str, Check] = {"database": lambda: database_answers(app), "answers": lambda: can_answer(app)}
    app.router.routes += [
        Route(INBOUND, door.inbound, methods=["POST"]),
        Route(STATUS, door.status, methods=["POST"]),
        Route("/healthz", healthz),
        Route("/readyz", readyz(checks)),
    ]
    open_console(app, settings, is_demo=is_demo, checks=checks)
    for section in (*sections(), *(point.load() for point in entry_points(group="kith.console"))):
        app.router.routes += section(app)
    for page in pages:
        app.router.routes += page(app)
    return app


async def start(settings: Settings, sender: Sender) -> Running:
    """Bring up the database and the brain side by side, then the engine, which takes up unfinished turns."""
    hold_few_pools()
    brain_made = asyncio.create_task(asyncio.to_thread(make_brain, settings))
    await asyncio.to_thread(migrate, settings)
    store = Store(make_engine(settings), load_keys(settings))
    async with store.read() as work:
        await check_engine(work.connection)
    await seed_guidance(settings, store)
    brain = await brain_made
    desk = make_desk(settings, brain, store, sender)
    async with store.write() as work:
        await work.releases.note(brain.answerer.release, dict(brain.facts), desk.clock.now())
    follower = Follower(store, desk.answerer, brain)
    await follower.hold_approved()
    can_answer = await try_out(brain)
    engine, beside = await start_engine(settings, desk), [settle_down(desk)]
    if isinstance(store.engine, Engine):
        beside.append(keep_log_short(Path(str(store.engine.url.database))))
    tasks = tuple(asyncio.create_task(one) for one in beside)
    running = Running(settings, store, brain, desk, engine, follower, tasks, can_answer)
    running.follower.start(lambda renewed: setattr(running, "brain", renewed))
    return running


async def settle_down(desk: Desk) -> None:
    """Load away from the event loop what the first case, or the first minute, would else stop everything for: half a second."""
    await asyncio.to_thread(desk.service.warm, desk.clock.now())
    await asyncio.to_thread(jobs)
    settle()


async def stop(running: Running) -> None:
    """Stop taking work and let go of everything."""
    for task in running.beside:
        task.cancel()
    await asyncio.wait(running.beside)
    await running.follower.stop()
    await running.engine.stop()
    await running.desk.sender.aclose()
    await running.store.close()
    running.brain.searcher.close()


async def database_answers(app: FastAPI) -> bool:
    running: Running = app.state.running
    async with asyncio.timeout(2), running.store.read() as work:
        await work.inbound.latest_at()
    return True


async def can_answer(app: FastAPI) -> bool:
    running: Running = app.state.running
    return running.can_answer and bool(running.brain.searcher.documents)


async def try_out(brain: Brain) -> bool:
    """Write to ourselves, so that no carer waits for what is read on first use; tell whether all of it was answered."""
    outcomes = [(await brain.answerer(Turn((Heard(text),), id="try-out"))).outcome for text in TRIED]
    log.info("tried_out", outcome=", ".join(one.value if one else "" for one in outcomes))
    return all(one is not None and one.family != "error" for one in outcomes)
