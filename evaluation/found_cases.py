"""Test cases made from live answers: written by one person from masked words, counted once another has read them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from assistant.domain.roles import Act, Staff, require
from assistant.storage.store import Work
from assistant.storage.tables import new_id
from evaluation.cases import Case, Dataset, to_cases
from evaluation.errors import CaseWrong, RatingRefused
from evaluation.registry import suite as suite_of
from evaluation.tables import FoundCaseRow
from rails.personal_data import find

Table: Any = FoundCaseRow.__table__
NAME = "from live answers"


@dataclass(frozen=True, slots=True)
class Found:
    """A proposed test case."""

    id: str
    suite: str
    case: Case
    written_by: str
    approved_by: str | None


async def propose(work: Work, staff: Staff, suite: str, row: Mapping[str, Any], at: datetime) -> str:
    """Keep a case for a second pair of eyes. Refused while a personal detail can be found in it."""
    require(staff, Act.REVIEW_ANSWERS)
    suite_of(suite)
    identity = new_id()
    case = check({**row, "id": f"live-{identity[:8]}"})
    kept = {"id": identity, "suite": suite, "case_sealed": work.keys.seal(json.dumps(dict(case.want))), "written_by": staff.id, "created_at": at}  # fmt: skip
    await work.connection.execute(insert(Table).values(**kept))
    await work.audit.note("test_case_proposed", f"staff:{staff.id}", f"test_case:{identity}", {"suite": suite}, at)
    return identity


def check(row: Mapping[str, Any]) -> Case:
    """Return the case. Raises `CaseWrong` when it cannot be used or names somebody."""
    case = next(to_cases(NAME, [(1, row)]))
    details = [str(span.type) for text in case.messages for span in find(text, [])]
    if details:
        raise CaseWrong(
            NAME, 1, "text", f"It holds a personal detail ({', '.join(sorted(set(details)))}). Cover it first."
        )
    return case


async def approve(work: Work, staff: Staff, case_id: str, at: datetime) -> None:
    """Let a case count. Never by the person who wrote it."""
    require(staff, Act.REVIEW_ANSWERS)
    row = (await work.connection.execute(select(Table).where(Table.c.id == case_id))).first()
    if row is None or row.approved_by:
        raise RatingRefused("This test case is approved already, or does not exist. Go back to the list.")
    if row.written_by == staff.id:
        raise RatingRefused("You wrote this test case, so another person must approve it.")
    values = {"approved_by": staff.id, "approved_at": at}
    await work.connection.execute(update(Table).where(Table.c.id == case_id).values(**values))
    await work.audit.note("test_case_approved", f"staff:{staff.id}", f"test_case:{case_id}", {"suite": row.suite}, at)


async def every(work: Work, suite: str = "") -> list[Found]:
    """Return the cases, oldest first."""
    statement = select(Table).order_by(Table.c.created_at, Table.c.id)
    if suite:
        statement = statement.where(Table.c.suite == suite)
    rows = list(await work.connection.execute(statement))
    return [
        Found(row.id, row.suite, check(json.loads(work.keys.open(row.case_sealed))), row.written_by, row.approved_by)
        for row in rows
    ]


async def approved(work: Work, suite: str) -> Dataset:
    """Return the approved cases of a suite, to be run like anybody's own."""
    found = [one.case for one in await every(work, suite) if one.approved_by]
    content = json.dumps([dict(case.want) for case in found], sort_keys=True)
    return Dataset(NAME, hashlib.sha256(content.encode()).hexdigest()[:12], tuple(found))
