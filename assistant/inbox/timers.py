"""What other rooms have done every minute. They plug in under the entry point `kith.every_minute`."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from importlib.metadata import entry_points

import structlog

from assistant.inbox.desk import Desk
from assistant.memory import give_back
from assistant.settings import Settings

Job = Callable[[Desk, Settings], Awaitable[None]]
log = structlog.get_logger()


@cache
def jobs() -> dict[str, Job]:
    """Return what is plugged in, by name. Loaded once the service runs, not as it starts."""
    return {point.name: point.load() for point in entry_points(group="kith.every_minute")}


async def run_jobs(desk: Desk, settings: Settings) -> None:
    """Run each job. One that fails leaves the others alone, and is run again the next minute."""
    for name, job in (await asyncio.to_thread(jobs)).items():
        try:
            await job(desk, settings)
        except Exception as error:
            log.error("timer_failed", job=name, error=type(error).__name__)
    await asyncio.to_thread(give_back)
