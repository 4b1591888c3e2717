"""Run several suites one after the other: with a journal that survives a stop, and every record kept."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from evaluation import kept
from evaluation.cases import Dataset
from evaluation.errors import NoSuchSuite
from evaluation.own_cases import fit_for
from evaluation.registry import SUITES, suite
from evaluation.runs import Options, Progress, Record, run_suite
from evaluation.world import World, open_world


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked to be run."""

    suites: tuple[str, ...]
    options: Options
    own: Dataset | None = None
    who: str = "operator"

    @property
    def names(self) -> Sequence[str]:
        return self.suites or tuple(SUITES)


def folder(settings: Settings) -> Path:
    """Return where journals of unfinished runs stand."""
    return settings.var / "evaluation"


def journal_of(settings: Settings, batch: str) -> Path:
    return folder(settings) / f"{batch}.journal"


def note_start(settings: Settings, asked: Asked) -> Path:
    """Write down what was asked, so that `--resume` can go on with it; return the journal's place."""
    place = journal_of(settings, asked.options.batch)
    place.parent.mkdir(parents=True, exist_ok=True)
    plan = {"suites": list(asked.names), "options": asdict(asked.options)}
    place.with_suffix(".plan").write_text(json.dumps(plan), encoding="utf-8")
    return place


def unfinished(settings: Settings) -> Asked:
    """Return the newest run that was stopped. Raises `NoSuchSuite` when there is none."""
    plans = sorted(folder(settings).glob("*.plan"), key=lambda plan: plan.stat().st_mtime)
    if not plans:
        raise NoSuchSuite("unfinished run", "--resume", ["none: start one with kith evaluate"])
    plan = json.loads(plans[-1].read_text(encoding="utf-8"))
    return Asked(tuple(plan["suites"]), Options(**plan["options"]))


async def run_batch(settings: Settings, asked: Asked, progress: Progress = lambda *_: None) -> list[Record]:
    """Run the suites and keep their records. Suites that a stopped run had finished are taken from what was kept."""
    store = open_store(settings)
    world: World | None = None
    try:
        done = await finished(store, asked.options.batch)
        journal = None if asked.own else note_start(settings, asked)  # somebody's own file may change before a resume
        world = open_world(settings, journal)
        if asked.own:
            for name in asked.names:
                fit_for(asked.own, name, world.documents)
        records = [done.get(name) or await run_one(store, name, world, asked, progress) for name in asked.names]
        if journal:
            journal.unlink(missing_ok=True)
            journal.with_suffix(".plan").unlink(missing_ok=True)
        return records
    finally:
        if world:
            world.brain.searcher.close()
        await store.close()


async def run_one(store: Store, name: str, world: World, asked: Asked, progress: Progress) -> Record:
    """Run one suite and keep its record at once."""
    record = await run_suite(suite(name), world, asked.options, progress, asked.own)
    async with store.write() as work:
        await kept.keep(work, record, asked.who)
    return record


async def finished(store: Store, batch: str) -> dict[str, Record]:
    """Return the records that a batch already has."""
    async with store.read() as work:
        briefs = [one for one in await kept.latest(work) if one.batch == batch]
        return {one.suite: await kept.load(work, one.id) for one in briefs}


def open_store(settings: Settings) -> Store:
    """Open the database, its tables made first when they are missing."""
    migrate(settings)
    return Store(make_engine(settings), load_keys(settings))


def run_now(settings: Settings, asked: Asked, progress: Progress = lambda *_: None) -> list[Record]:
    """Run a batch from a command."""
    return asyncio.run(run_batch(settings, asked, progress))
