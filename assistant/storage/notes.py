"""What staff write about a conversation, and what they open from it. Sealed, like the carer's own words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from assistant.storage.case_tables import NoteRow, ReportRow
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.tables import new_id

Note: Any = NoteRow.__table__
Report: Any = ReportRow.__table__


@dataclass(frozen=True, slots=True)
class Noted:
    """A note as the page shows it."""

    by_name: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody opens from a conversation. `by` is `staff:<id>` or `carer`; `detail` is sealed."""

    kind: str
    conversation_id: str
    by: str
    detail: str = ""
    turn_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """A wrong decision, complaint, incident or rights request, with what staff wrote about it."""

    id: str
    kind: str
    conversation_id: str
    turn_id: str | None
    detail: str
    by: str
    created_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None


class Notes:
    """Every query on `case_note` and `thread_report` lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def add(self, conversation_id: str, by: str, by_name: str, body: str, at: datetime) -> None:
        row = {
            "conversation_id": conversation_id,
            "by": by,
            "by_name": by_name,
            "body_sealed": self._keys.seal(body),
            "at": at,
        }
        await self._connection.execute(insert(Note).values(**row))

    async def of_conversation(self, conversation_id: str) -> list[Noted]:
        """Return the notes, oldest first."""
        statement = select(Note).where(Note.c.conversation_id == conversation_id).order_by(Note.c.id)
        rows = await self._connection.execute(statement)
        return [Noted(row.by_name, self._keys.open(row.body_sealed), row.at) for row in rows]

    async def report(self, made: NewReport, at: datetime, due_at: datetime | None = None) -> str:
        """Store a report and return its id."""
        row = {"id": new_id(), "kind": made.kind, "conversation_id": made.conversation_id, "turn_id": made.turn_id, "by": made.by,
               "detail_sealed": self._keys.seal(made.detail), "created_at": at, "due_at": due_at}  # fmt: skip
        await self._connection.execute(insert(Report).values(**row))
        return str(row["id"])

    async def reports(self, conversation_id: str = "", kind: str = "", only_open: bool = False) -> list[Reported]:
        """Return reports, newest first: of one conversation, of one kind, or all that are open."""
        statement = select(Report).order_by(Report.c.created_at.desc())
        if conversation_id:
            statement = statement.where(Report.c.conversation_id == conversation_id)
        if kind:
            statement = statement.where(Report.c.kind == kind)
        if only_open:
            statement = statement.where(Report.c.closed_at.is_(None))
        return [self._reported(row) for row in await self._connection.execute(statement)]

    async def conversation_of(self, report_id: str) -> str:
        """Return the conversation that a report is about; empty when there is no such report."""
        found = await self._connection.execute(select(Report.c.conversation_id).where(Report.c.id == report_id))
        return str(found.scalar() or "")

    async def settle(self, report_id: str, **times: datetime) -> None:
        """Note when a report was acknowledged (`acknowledged_at`) or closed (`closed_at`)."""
        await self._connection.execute(update(Report).where(Report.c.id == report_id).values(**times))

    def _reported(self, row: Any) -> Reported:
        return Reported(
            row.id, row.kind, row.conversation_id, row.turn_id, self._keys.open(row.detail_sealed), row.by, row.created_at,
            row.due_at, row.acknowledged_at, row.closed_at,
        )  # fmt: skip
