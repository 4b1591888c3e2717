"""Cases for staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from assistant.storage.direct import AnyConnection
from assistant.storage.tables import EscalationRow, new_id


class Escalations:
    """Every query on `escalation` lives here."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def open(
        self,
        conversation_id: str,
        turn_id: str | None,
        reason: str,
        urgency: str,
        categories: tuple[str, ...],
        at: datetime,
    ) -> str:
        """Open a case and return its id."""
        row = {"id": new_id(), "conversation_id": conversation_id, "turn_id": turn_id, "reason": reason, "urgency": urgency,
               "categories": list(categories), "created_at": at}  # fmt: skip
        await self._connection.execute(insert(EscalationRow).values(**row))
        return str(row["id"])

    async def unalerted(self) -> list[tuple[str, str, str]]:
        """Return (id, reason, urgency) of cases that nobody has been told of."""
        statement = select(EscalationRow.id, EscalationRow.reason, EscalationRow.urgency).where(
            EscalationRow.alerted_at.is_(None)
        )
        return [(row[0], row[1], row[2]) for row in await self._connection.execute(statement)]

    async def alerted(self, escalation_id: str, at: datetime) -> None:
        await self._connection.execute(
            update(EscalationRow).where(EscalationRow.id == escalation_id).values(alerted_at=at)
        )

    async def of_conversation(self, conversation_id: str) -> list[Any]:
        statement = (
            select(EscalationRow.__table__)
            .where(EscalationRow.conversation_id == conversation_id)
            .order_by(EscalationRow.created_at)
        )
        return list(await self._connection.execute(statement))
