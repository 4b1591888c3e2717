"""Finished runs as kept in the database: added once, never changed, checked against their hash when read."""

import base64
import gzip
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from assistant.storage.store import Work
from evaluation.errors import NoSuchSuite, RecordAltered
from evaluation.evidence import Measure, Verdict
from evaluation.runs import Record, canonical, digest, record_from
from evaluation.tables import RunRow

Table: Any = RunRow.__table__
BRIEF = [column for column in Table.columns if column.name != "record_sealed"]


@dataclass(frozen=True, slots=True)
class Brief:
    """A run without its cases, for lists and trends."""

    id: str
    batch: str
    suite: str
    release: str
    verdict: Verdict
    is_whole: bool
    measures: tuple[Measure, ...]
    facts: dict[str, Any]
    started_at: datetime
    finished_at: datetime


async def keep(work: Work, record: Record, who: str = "operator") -> None:
    """Add a finished run, and say so in the audit log."""
    content = record.content()
    record_hash = digest(content)
    row = {
        "id": record.id,
        "batch": record.batch,
        "suite": record.suite,
        "release_id": record.release,
        "verdict": record.verdict.value,
        "is_whole": record.is_whole,
        "measures": [asdict(one) for one in record.measures],
        "facts": dict(record.facts),
        "record_hash": record_hash,
        "record_sealed": work.keys.seal(pack(canonical(content))),
        "started_at": record.started_at,
        "finished_at": record.finished_at,
    }
    await work.connection.execute(insert(Table), row)
    said = {
        "suite": record.suite,
        "release": record.release,
        "verdict": record.verdict.value,
        "hash": record_hash,
    }
    await work.audit.note("evaluation_finished", who, f"run:{record.id}", said, record.finished_at)


def pack(text: str) -> str:
    """Make a long text short enough to seal and store."""
    return base64.b85encode(gzip.compress(text.encode(), 6, mtime=0)).decode()


def unpack(packed: str) -> str:
    return gzip.decompress(base64.b85decode(packed)).decode()


async def load(work: Work, run_id: str) -> Record:
    """Return a whole run. Raises `RecordAltered` when it is not what was stored, `NoSuchSuite` when there is none."""
    row = (await work.connection.execute(select(Table).where(Table.c.id.startswith(run_id)).limit(2))).all()
    if len(row) != 1:
        raise NoSuchSuite("run", run_id, [one.id[:12] for one in await latest(work, 5)] or ["none yet"])
    content = json.loads(unpack(work.keys.open(row[0].record_sealed)))
    if digest(content) != row[0].record_hash:
        raise RecordAltered(row[0].id)
    return record_from(content)


async def latest(work: Work, most: int = 200, release: str = "", suite: str = "") -> list[Brief]:
    """Return runs without their cases, newest first."""
    statement = select(*BRIEF).order_by(Table.c.finished_at.desc(), Table.c.id).limit(most)
    if release:
        statement = statement.where(Table.c.release_id == release)
    if suite:
        statement = statement.where(Table.c.suite == suite)
    return [as_brief(row) for row in await work.connection.execute(statement)]


async def newest_of(work: Work, release: str) -> dict[str, Brief]:
    """Return the newest whole run of each suite under a release."""
    found: dict[str, Brief] = {}
    for brief in await latest(work, 1000, release):
        if brief.is_whole:
            found.setdefault(brief.suite, brief)
    return found


async def releases(work: Work) -> Sequence[str]:
    """Return the releases that were ever evaluated, newest first."""
    found = [brief.release for brief in await latest(work, 1000)]
    return list(dict.fromkeys(found))


def as_brief(row: Any) -> Brief:
    measures = tuple(Measure(**one) for one in row.measures)
    return Brief(
        row.id,
        row.batch,
        row.suite,
        row.release_id,
        Verdict(row.verdict),
        row.is_whole,
        measures,
        row.facts,
        row.started_at,
        row.finished_at,
    )
