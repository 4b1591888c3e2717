"""Everything that records are filled from, read once for a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from assistant.settings import Settings
from assistant.storage.store import Work
from evaluation.evidence import SuiteEvidence, evidence_for
from governance.measures.compute import compute_all
from governance.measures.model import Figure, Period
from governance.registers.entries import Entry, entries
from governance.registers.schema import registers
from governance.registers.tables import RecordVersionRow

WINDOW = timedelta(days=90)
"""How far back live figures in a record reach."""


@dataclass(frozen=True)
class Facts:
    """The council's own words, what is running, the registers, the figures and the suites' results."""

    settings: Settings
    release: str
    release_facts: Mapping[str, Any]
    registers: Mapping[str, list[Entry]]
    figures: Mapping[str, Figure]
    evidence: list[SuiteEvidence]
    approved: Mapping[str, tuple[int, datetime]]
    """By record: the number of its newest approved version, and when it was approved."""
    now: datetime

    @property
    def council(self) -> str:
        return str(self.settings.council_facts["name"])

    @property
    def day(self) -> str:
        return f"{self.now:%-d %B %Y}"


async def gather(
    work: Work, settings: Settings, release: str, release_facts: Mapping[str, Any], now: datetime
) -> Facts:
    """Read all that records need in one open transaction."""
    period = Period(now - WINDOW, now)
    return Facts(
        settings=settings,
        release=release,
        release_facts=release_facts,
        registers={name: await entries(work, name) for name in registers()},
        figures=await compute_all(work.connection, period, now),
        evidence=await evidence_for(release, work.connection),
        approved=await newest_approved(work),
        now=now,
    )


async def newest_approved(work: Work) -> dict[str, tuple[int, datetime]]:
    """Return the newest approved version of each record that has one."""
    rows = await work.connection.execute(select(RecordVersionRow.record, RecordVersionRow.number, RecordVersionRow.approved_at).order_by(RecordVersionRow.number))  # fmt: skip
    return {row.record: (row.number, row.approved_at) for row in rows}
