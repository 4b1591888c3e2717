"""Carers' thumbs: which answer, up or down, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from assistant.storage.case_tables import FeedbackRow
from assistant.storage.direct import AnyConnection
from assistant.storage.tables import TurnRow

Table: Any = FeedbackRow.__table__
Turn: Any = TurnRow.__table__


class Feedback:
    """Every query on `feedback` lives here."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, conversation_id: str, score: int, at: datetime) -> None:
        """Store a thumb for the conversation's latest answer; nothing when there is none yet."""
        latest = (
            select(Turn.c.id)
            .where(Turn.c.conversation_id == conversation_id, Turn.c.outcome.like("answered%"))
            .order_by(Turn.c.finished_at.desc())
            .limit(1)
        )
        turn_id = (await self._connection.execute(latest)).scalar()
        if turn_id:
            row = {"conversation_id": conversation_id, "turn_id": turn_id, "score": score, "at": at}
            await self._connection.execute(insert(Table).values(**row))

    async def downs(self, conversation_id: str) -> int:
        """Return how many thumbs down there were in a row, newest first."""
        statement = select(Table.c.score).where(Table.c.conversation_id == conversation_id).order_by(Table.c.id.desc())
        scores = list((await self._connection.execute(statement.limit(2))).scalars())
        return len(scores) if all(score < 0 for score in scores) else int(scores[0] < 0)

    async def explain(self, conversation_id: str, reason: str) -> None:
        """Add why to the latest thumb."""
        latest = select(func.max(Table.c.id)).where(Table.c.conversation_id == conversation_id).scalar_subquery()
        await self._connection.execute(update(Table).where(Table.c.id == latest).values(reason=reason))

    async def of_conversation(self, conversation_id: str) -> list[Any]:
        statement = select(Table).where(Table.c.conversation_id == conversation_id).order_by(Table.c.id)
        return list(await self._connection.execute(statement))
