"""A desk with the real store and engine, a fake sender, and a short list of steps that says what it heard."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url

from assistant.channels.forms import InboundForm
from assistant.clock import SystemClock
from assistant.domain.outcome import Outcome
from assistant.domain.turn import Kind, Turn, Urgency
from assistant.inbox.desk import Desk, Rhythm
from assistant.inbox.engine import Engine, start_engine
from assistant.inbox.receive import Receipt, receive
from assistant.pipeline.answering import Answerer
from assistant.pipeline.commands import ObeyCommands
from assistant.pipeline.limits import HoldWhilePaused
from assistant.pipeline.standing import ReadOnlyText, RespectStanding
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from assistant.testing import FakeSender
from tests.databases import Postgres

ADDRESS = "whatsapp:+447700900123"
SIDS = count(1)


@dataclass(frozen=True)
class SayWhatWasHeard:
    """Answer with the burst itself; "danger" is an emergency, "poison" always fails."""

    async def __call__(self, turn: Turn) -> Turn:
        turn = replace(turn, masked=turn.text)
        if "poison" in turn.text:
            raise MemoryError("poison")
        if "danger" in turn.text:
            turn = replace(turn, urgency=Urgency.EMERGENCY, effects=("danger",), categories=("other_risk",))
            return turn.escalate("crisis", Urgency.EMERGENCY).stop(Outcome.SIGNPOSTED_CRISIS, "Ring 999.")
        return turn


@dataclass(frozen=True)
class Echo:
    async def __call__(self, turn: Turn) -> Turn:
        return turn.stop(Outcome.ANSWERED, f"heard: {turn.text}")


@dataclass(frozen=True)
class Fails:
    """Raise for a poison message before the runner can catch it, as a fault in our own code around the steps would."""

    inner: Answerer
    wording: Wording
    release: str = "r-test"

    def holds(self, release: str) -> bool:
        return release == self.release

    async def __call__(self, turn: Turn) -> Turn:
        if "poison" in turn.text:
            raise MemoryError("poison: the carer's words")
        return await self.inner(turn)


@pytest.fixture(scope="session")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the service has run once: tables, queue and timers are there, and no message."""
    folder = tmp_path_factory.mktemp("used") / "var"
    asyncio.run(run_once(Settings(environment="test", var=folder)))
    return folder


@pytest.fixture(scope="session")
def used_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of such a database on PostgreSQL."""
    url = postgres.make()
    asyncio.run(run_once(Settings(environment="test", var=tmp_path_factory.mktemp("used"), database_url=url)))
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path, postgres_copy: Callable[..., str]) -> Settings:
    """Settings on a copy of a database that has been used, as at every start but the first."""
    if request.param == "postgres":
        url = postgres_copy(request.getfixturevalue("used_postgres"))
        return Settings(environment="test", var=tmp_path / "var", database_url=url)
    shutil.copytree(request.getfixturevalue("used"), tmp_path / "var")
    return Settings(environment="test", var=tmp_path / "var")


async def run_once(settings: Settings) -> None:
    """Make the tables and let the engine make its own, as the first start does."""
    migrate(settings)
    store = Store(make_engine(settings), load_keys(settings))
    engine = await start_engine(settings, make_desk(settings, store))
    await engine.stop()
    await store.close()


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    store = Store(make_engine(settings), load_keys(settings))
    yield make_desk(settings, store)
    await store.close()


def make_desk(settings: Settings, store: Store) -> Desk:
    """Return a desk with the short list of steps and a sender that only notes."""
    wording = Wording.load(settings.guidance_values)
    steps = (
        SayWhatWasHeard(),
        ObeyCommands(wording),
        RespectStanding(wording),
        ReadOnlyText(wording),
        HoldWhilePaused(wording),
        Echo(),
    )
    rhythm = Rhythm(
        burst_quiet=timedelta(0),
        burst_most=timedelta(seconds=6),
        disclosure_repeat=timedelta(days=30),
        crisis_delivery=timedelta(minutes=3),
        attempts=2,
        retention=timedelta(days=90),
        reconcile_after=timedelta(0),
        retry_first=timedelta(milliseconds=10),
    )
    answerer = Fails(Answerer(steps, wording, "r-test"), wording)
    return Desk(store, answerer, FakeSender(), SystemClock(), rhythm, lambda text: "danger" in text)  # type: ignore[arg-type]


@pytest.fixture
async def engine(settings: Settings, desk: Desk) -> AsyncIterator[Engine]:
    engine = await start_engine(settings, desk)
    yield engine
    await engine.stop()


def form(body: str, address: str = ADDRESS, kind: Kind = Kind.TEXT, sid: str = "") -> InboundForm:
    return InboundForm(sid or f"SM{next(SIDS):032x}", address, "whatsapp:+441632960000", body, kind)


@pytest.fixture
def write(desk: Desk, engine: Engine) -> Callable[..., Awaitable[Receipt]]:
    """Write as a carer: stored, then queued."""

    async def write(body: str, address: str = ADDRESS, kind: Kind = Kind.TEXT) -> Receipt:
        receipt = await receive(desk.store, form(body, address, kind), datetime.now(UTC))
        await engine.enqueue(receipt)
        return receipt

    return write
