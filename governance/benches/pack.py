"""`kith bench pack`: the board pack of many conversations, from the records to the PDF."""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine

from assistant.seeds.past import fill
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from governance.board.service import make_pack
from governance.papers.render import as_pdf

BAR_SECONDS = 20.0
DAYS = 90


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds for a pack, by the clock and of processor time, and the PDF's size in bytes."""

    conversations: int
    clock: float
    processor: float
    size: int


def measure(conversations: int) -> Took:
    """Fill a database with two periods of invented conversations and make the pack of the second."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        settings = Settings(environment="test", var=Path(folder))
        migrate(settings)
        now = datetime.now(UTC)
        engine = create_engine(settings.database)
        with engine.begin() as connection:
            fill(connection, load_keys(settings), conversations, now - timedelta(days=2 * DAYS), now)
        engine.dispose()
        return asyncio.run(timed(settings, conversations, now))


async def timed(settings: Settings, conversations: int, now: datetime) -> Took:
    """Return how long the pack takes."""
    store = Store(make_engine(settings), load_keys(settings))
    clock, processor = time.perf_counter(), time.process_time()
    paper = await make_pack(store, settings, now - timedelta(days=DAYS), now, "operator", now)
    size = len(as_pdf(paper))
    took = Took(conversations, time.perf_counter() - clock, time.process_time() - processor, size)
    await store.close()
    return took


def report(took: Took) -> str:
    """Return the figures beside their bar."""
    return (
        f"board pack  {took.conversations:,} conversations in {took.clock:.1f} s ({took.processor:.1f} s of processor time)   "
        f"bar: {BAR_SECONDS:.0f} s for 100,000"
    )
