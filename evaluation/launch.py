"""Start a run from the console: in a process of its own, so that carers never wait for it, with its progress in a file."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from assistant.errors import KithError
from assistant.settings import Settings

STALE = timedelta(minutes=3)
"""A run that has not moved for so long is taken as stopped."""


class RunUnderWay(KithError):
    """A run was started while another one was going."""

    status_code = 409


@dataclass
class Standing:
    """How far a run is. `state` is running, done, stopped or failed."""

    batch: str
    suites: list[str]
    sample: int
    started_by: str
    state: str = "running"
    suite: str = ""
    done: int = 0
    of: int = 0
    finished: int = 0
    moved_at: str = ""
    only_affected: bool = False
    """Whether cases that new guidance cannot touch keep their results, for the lighter path of a release."""
    document: str = ""
    """A document whose version `number` is looked at, instead of suites: which answers would it change?"""
    number: int = 0

    @property
    def percent(self) -> int:
        """Share of the suites done, the one under way by its cases."""
        part = self.done / self.of if self.of else 0.0
        return 100 if self.state == "done" else int(100 * (self.finished + part) / max(1, len(self.suites)))


def place_of(settings: Settings) -> Path:
    return settings.var / "evaluation" / "standing.json"


def standing(settings: Settings, at: datetime) -> Standing | None:
    """Return the newest run that was started from the console. One that no longer moves is called stopped."""
    try:
        found = Standing(**json.loads(place_of(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if found.state == "running" and at - datetime.fromisoformat(found.moved_at) > STALE:
        found.state = "stopped"
    return found


def note(settings: Settings, found: Standing) -> None:
    """Write down how far a run is. The file is replaced whole, so that no reader sees half of it."""
    found.moved_at = datetime.now(UTC).isoformat()
    place = place_of(settings)
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(found)), encoding="utf-8")
    fresh.replace(place)


def start(settings: Settings, made: Standing) -> Standing:
    """Start a run beside the service. Raises `RunUnderWay` when one is going: two would only slow each other."""
    going = standing(settings, datetime.now(UTC))
    if going and going.state == "running":
        raise RunUnderWay("A run is under way already. Wait until it is done, then start the next one.")
    note(settings, made)
    given = {"KITH_VAR": str(settings.var), "KITH_DATABASE_URL": settings.database_url, "OMP_NUM_THREADS": "1"}
    subprocess.Popen(
        [sys.executable, "-m", "evaluation.launch"],
        env=os.environ | {"KITH_ENVIRONMENT": settings.environment, **given},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return made


def asked_for(suites: list[str], who: str, sample: int = 0, only_affected: bool = False) -> Standing:
    """Return a run of suites that is yet to start."""
    return Standing(uuid4().hex, suites, sample, who, only_affected=only_affected)


def asked_about(document: str, number: int, who: str) -> Standing:
    """Return a look, yet to start, at what a version of guidance would change."""
    return Standing(uuid4().hex, ["effects"], 0, who, document=document, number=number)


def run_launched(settings: Settings) -> None:
    """Run what the file asks for, and keep it up to date."""
    from evaluation.commands import quiet

    quiet()
    os.nice(10)  # carers first
    found = Standing(**json.loads(place_of(settings).read_text(encoding="utf-8")))
    last = datetime.now(UTC)

    def tell(suite: str, done: int, of: int) -> None:
        nonlocal last
        if suite != found.suite:
            found.finished += bool(found.suite)
        found.suite, found.done, found.of = suite, done, of
        if datetime.now(UTC) - last > timedelta(seconds=0.5):
            last = datetime.now(UTC)
            note(settings, found)

    try:
        do(settings, found, tell)
        found.state = "done"
    except Exception:
        found.state = "failed"
        raise
    finally:
        note(settings, found)


def do(settings: Settings, asked: Standing, tell: Callable[[str, int, int], None]) -> None:
    """Do what was asked for."""
    import asyncio

    from evaluation.batch import Asked, run_now
    from evaluation.carrying import run_affected_suites
    from evaluation.effects import look
    from evaluation.runs import Options

    if asked.document:
        asyncio.run(look(settings, asked.document, asked.number, asked.started_by, tell))
    elif asked.only_affected:
        asyncio.run(run_affected_suites(settings, asked.suites, asked.started_by, tell, asked.batch))
    else:
        options = Options(sample=asked.sample, batch=asked.batch)
        run_now(settings, Asked(tuple(asked.suites), options, who=asked.started_by), tell)


if __name__ == "__main__":
    from assistant.settings import load_settings

    run_launched(load_settings())
