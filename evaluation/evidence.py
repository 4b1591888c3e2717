"""What the suites say of a release, for those who decide on it. Governance reads this and nothing deeper."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from assistant.storage.direct import AnyConnection
from evaluation.tables import RunRow


class Verdict(StrEnum):
    """How a suite came out. Only `pass` is a pass: too little evidence and not measured are their own answers."""

    PASS = "pass"
    FAIL = "fail"
    INSUFFICIENT = "insufficient"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its 95% interval.

    `value` is None when nothing could be scored. `mark` is the pass mark in words, empty when the figure is only
    reported; `met` is None then, and also when there is too little evidence to say.
    """

    name: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    mark: str = ""
    met: bool | None = None
    title: str = ""
    unit: str = ""
    """`rate` (0 to 1), `ms`, `pence`, `g`, `kwh`, `years`, `words`, `difference` or empty for a plain number."""


@dataclass(frozen=True, slots=True)
class SuiteEvidence:
    """The newest whole run of one suite under one release."""

    suite: str
    run_id: str
    finished_at: datetime
    verdict: Verdict
    measures: list[Measure]
    carried: int = 0
    """Cases taken over from a run of an earlier release that this change cannot touch; 0 for a run of every case."""
    oldest_at: datetime | None = None
    """When the oldest of its results was measured; None when all are of this run."""

    @property
    def measured_at(self) -> datetime:
        return self.oldest_at or self.finished_at


async def evidence_for(release: str, connection: AnyConnection) -> list[SuiteEvidence]:
    """Return the newest whole run of each suite under a release. A suite that never ran is not in the list.

    A run of every case goes before one that carried the untouched cases over.
    """
    table: Any = RunRow.__table__
    columns = (table.c.suite, table.c.id, table.c.finished_at, table.c.verdict, table.c.measures, table.c.facts)
    statement = (
        select(*columns)
        .where(table.c.release_id == release, table.c.is_whole)
        .order_by(table.c.finished_at.desc(), table.c.id)
    )
    found = [as_evidence(row) for row in await connection.execute(statement)]
    newest: dict[str, SuiteEvidence] = {}
    for one in sorted(found, key=lambda one: bool(one.carried)):
        newest.setdefault(one.suite, one)
    return [newest[suite] for suite in sorted(newest)]


def as_evidence(row: Any) -> SuiteEvidence:
    measures, carried = [Measure(**one) for one in row.measures], row.facts.get("carried", {})
    cases = int(carried.get("cases", 0))
    oldest = datetime.fromisoformat(carried["since"]) if cases else None
    return SuiteEvidence(row.suite, row.id, row.finished_at, Verdict(row.verdict), measures, cases, oldest)
