"""Run several suites on the affected cases only, against what the approved release earned, and keep every record."""

import asyncio
from collections.abc import Sequence

from assistant.settings import Settings
from assistant.storage.store import Store
from evaluation import kept
from evaluation.affected import NothingToCarry, run_affected
from evaluation.batch import open_store
from evaluation.registry import suite
from evaluation.runs import Options, Progress, Record
from evaluation.world import open_world


async def run_affected_suites(
    settings: Settings, names: Sequence[str], who: str, progress: Progress = lambda *_: None, batch: str = ""
) -> list[Record]:
    """Run each suite on its affected cases and keep the records. Raises `NothingToCarry` with what to do instead."""
    store = open_store(settings)
    try:
        bases = await bases_of(store, names)
        world = await asyncio.to_thread(open_world, settings)
        try:
            options = Options(batch=batch) if batch else Options()
            records = [await run_affected(suite(name), world, bases[name], options, progress) for name in names]
        finally:
            world.brain.searcher.close()
        async with store.write() as work:
            for record in records:
                await kept.keep(work, record, who)
        return records
    finally:
        await store.close()


async def bases_of(store: Store, names: Sequence[str]) -> dict[str, Record]:
    """Return the newest whole run of each suite under the approved release that serves."""
    async with store.read() as work:
        active = await work.releases.active()
        if active is None or not active.is_approved:
            raise NothingToCarry(
                "No approved release serves yet, so there is nothing to compare with. Run whole suites."
            )
        newest = await kept.newest_of(work, active.release_id)
        missing = [name for name in names if name not in newest]
        if missing:
            raise NothingToCarry(
                f"The release that serves has no whole run of: {', '.join(missing)}. Run these whole: kith evaluate "
                + " ".join(missing)
            )
        return {name: await kept.load(work, newest[name].id) for name in names}


def run_affected_now(settings: Settings, names: Sequence[str], progress: Progress = lambda *_: None) -> list[Record]:
    """Run them from a command."""
    return asyncio.run(run_affected_suites(settings, names, "operator", progress))
