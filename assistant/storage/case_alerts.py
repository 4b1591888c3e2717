"""Alerts to people: stored with their case, sent after the commit, tried again until taken or given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from assistant.storage.case_tables import CaseAlertRow
from assistant.storage.direct import AnyConnection
from assistant.storage.tables import EscalationRow

Table: Any = CaseAlertRow.__table__
Case: Any = EscalationRow.__table__
LEASE = timedelta(seconds=60)
"""An alert being sent is left alone for so long; one whose process died is then taken up again."""
FIRST_WAIT = timedelta(seconds=30)
MOST_TRIES = 10


@dataclass(frozen=True, slots=True)
class DueAlert:
    """One alert to send, with what it may say."""

    id: int
    case_id: str
    level: int
    target: str
    attempts: int
    reason: str
    urgency: str
    categories: tuple[str, ...]


class CaseAlerts:
    """Every query on `case_alert` lives here."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, case_id: str, level: int, targets: Sequence[str], at: datetime) -> None:
        """Store one alert a target."""
        for target in targets:
            row = {"case_id": case_id, "level": level, "target": target, "next_at": at, "created_at": at}
            await self._connection.execute(insert(Table).values(**row))

    async def take_due(self, now: datetime, limit: int = 100) -> list[DueAlert]:
        """Return alerts that are due, and keep others from taking them meanwhile."""
        due = Table.c.state == "pending", Table.c.next_at <= now
        columns = (Table.c.id, Table.c.case_id, Table.c.level, Table.c.target, Table.c.attempts)
        statement = (
            select(*columns, Case.c.reason, Case.c.urgency, Case.c.categories)
            .join(Case, Case.c.id == Table.c.case_id)
            .where(*due)
            .order_by(Case.c.rank, Table.c.id)
            .limit(limit)
        )
        taken = []
        for row in list(await self._connection.execute(statement)):
            lease = update(Table).where(Table.c.id == row.id, *due)
            values = {"next_at": now + LEASE, "attempts": row.attempts + 1}
            if (await self._connection.execute(lease.values(**values))).rowcount:
                taken.append(
                    DueAlert(
                        row.id,
                        row.case_id,
                        row.level,
                        row.target,
                        row.attempts + 1,
                        row.reason,
                        row.urgency,
                        tuple(row.categories),
                    )
                )
        return taken

    async def sent(self, alert_id: int, at: datetime) -> None:
        await self._connection.execute(update(Table).where(Table.c.id == alert_id).values(state="sent", sent_at=at))

    async def missed(self, alert: DueAlert, at: datetime) -> bool:
        """Put an alert off, longer each time; return True when it is given up."""
        gave_up = alert.attempts >= MOST_TRIES
        values = {
            "state": "failed" if gave_up else "pending",
            "next_at": at + FIRST_WAIT * 2 ** (alert.attempts - 1),
        }
        await self._connection.execute(update(Table).where(Table.c.id == alert.id).values(**values))
        return gave_up

    async def latest(self, limit: int = 20) -> list[Any]:
        """Return the newest alerts."""
        return list(await self._connection.execute(select(Table).order_by(Table.c.id.desc()).limit(limit)))

    async def of_cases(self, case_ids: Sequence[str]) -> list[Any]:
        """Return every alert of these cases, oldest first."""
        return list(
            await self._connection.execute(select(Table).where(Table.c.case_id.in_(case_ids)).order_by(Table.c.id))
        )
