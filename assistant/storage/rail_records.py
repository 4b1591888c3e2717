"""Every query on the tables of the safety checks: counters, reviewed decisions, proposed changes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, update

from assistant.domain.turn import Turn
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.prepared import often
from assistant.storage.rail_tables import RailCountRow, RailDraftRow, RailReviewRow
from assistant.storage.tables import new_id

Count: Any = RailCountRow.__table__
Review: Any = RailReviewRow.__table__
Draft: Any = RailDraftRow.__table__
TURNS = "turns"
"""The name under which the turns themselves are counted."""
NO_RAILS = ("model", "embedder", "pipeline", "dead_letter")
"""Findings that are no rail's verdict."""


@cache
def count_statement(insert: Callable[..., Any]) -> Any:
    """Return the statement that adds to one counter, for one dialect."""
    new = insert(Count).values(
        day=bindparam("day"), release_id=bindparam("release"), rail=bindparam("rail"),
        fired=bindparam("fired"), errors=bindparam("errors"), overturned=bindparam("overturned"),
    )  # fmt: skip
    columns = ("fired", "errors", "overturned")
    added = {name: Count.c[name] + new.excluded[name] for name in columns}
    return often(new.on_conflict_do_update(index_elements=["day", "release_id", "rail"], set_=added))


@dataclass(frozen=True, slots=True)
class RailTotals:
    """What a rail did under one release: `overturned` of `fired` were judged wrong by a person."""

    rail: str
    release: str
    fired: int
    errors: int
    overturned: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person found of a decision that was reported as wrong: `overturned` or `upheld`, with a note that is sealed."""

    report_id: str
    turn_id: str
    release: str
    rail: str
    decision: str
    note: str
    by: str


class RailRecords:
    """Every query on `rail_count`, `rail_review` and `rail_draft` lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys, insert: Callable[..., Any]) -> None:
        self._connection = connection
        self._keys = keys
        self._insert = insert

    async def count(self, turn: Turn, at: datetime) -> None:
        """Add a finished turn to the counters of the rails that fired or broke. Quiet rails cost nothing."""
        fired = Counter(f.rail for f in turn.findings if f.result == "fail" and f.rail not in NO_RAILS)
        errors = Counter(f.rail for f in turn.findings if f.result == "error" and f.rail not in NO_RAILS)
        await self._add(at.date(), turn.release, TURNS, 1, 0, 0)
        for rail in sorted(fired | errors):
            await self._add(at.date(), turn.release, rail, int(rail in fired), int(rail in errors), 0)

    async def _add(self, day: date, release: str, rail: str, fired: int, errors: int, overturned: int) -> None:
        row = {"day": day, "release": release, "rail": rail, "fired": fired, "errors": errors, "overturned": overturned}
        await self._connection.execute(count_statement(self._insert), row)

    async def totals(self, since: date) -> list[RailTotals]:
        """Return the counters since a day, by rail and release."""
        sums = [func.sum(Count.c[name]) for name in ("fired", "errors", "overturned")]
        statement = select(Count.c.rail, Count.c.release_id, *sums).where(Count.c.day >= since)
        rows = await self._connection.execute(
            statement.group_by(Count.c.rail, Count.c.release_id).order_by(Count.c.rail)
        )
        return [RailTotals(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in rows]

    async def review(self, made: Judgement, at: datetime) -> None:
        """Store a judgement, and count it when the decision was overturned."""
        row = {
            "report_id": made.report_id, "turn_id": made.turn_id, "release_id": made.release, "rail": made.rail,
            "decision": made.decision, "note_sealed": self._keys.seal(made.note), "by": made.by, "at": at,
        }  # fmt: skip
        await self._connection.execute(self._insert(Review).values(**row))
        if made.decision == "overturned":
            await self._add(at.date(), made.release, made.rail, 0, 0, 1)

    async def reviewed(self, report_id: str) -> str:
        """Return how a report was decided; "" while it waits."""
        statement = select(Review.c.decision).where(Review.c.report_id == report_id)
        return (await self._connection.execute(statement)).scalar() or ""

    async def propose(self, file: str, text: str, base: str, why: str, by: str, at: datetime) -> str:
        """Store a proposed policy file and return its id. `base` is the digest of the text that ships."""
        draft_id = new_id()
        row = {"id": draft_id, "file": file, "text": text, "base": base, "why": why, "state": "draft",
               "written_by": by, "written_at": at}  # fmt: skip
        await self._connection.execute(self._insert(Draft).values(**row))
        return draft_id

    async def draft(self, draft_id: str) -> Any:
        """Return one proposed change, or None."""
        return (await self._connection.execute(select(Draft).where(Draft.c.id == draft_id))).first()

    async def drafts(self, file: str = "") -> list[Any]:
        """Return proposed changes, newest first."""
        statement = select(Draft).order_by(Draft.c.written_at.desc())
        return list(await self._connection.execute(statement.where(Draft.c.file == file) if file else statement))

    async def latest_approval(self) -> str:
        """Return the id of the change that was approved last; "" for none."""
        statement = select(Draft.c.id).where(Draft.c.state == "approved").order_by(Draft.c.decided_at.desc()).limit(1)
        return (await self._connection.execute(statement)).scalar() or ""

    async def decide(self, draft_id: str, state: str, by: str, at: datetime) -> bool:
        """Approve or reject a waiting change; False when somebody has decided meanwhile."""
        statement = update(Draft).where(Draft.c.id == draft_id, Draft.c.state == "draft")
        done = await self._connection.execute(statement.values(state=state, decided_by=by, decided_at=at))
        return bool(done.rowcount)
