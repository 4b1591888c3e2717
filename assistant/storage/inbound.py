"""Every query on `inbound_message`: received, unanswered, answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.domain.turn import Heard, Kind
from assistant.storage.keys import Keys
from assistant.storage.tables import InboundMessageRow


@dataclass(frozen=True, slots=True)
class Received:
    """One stored inbound message."""

    id: int
    provider_sid: str
    conversation_id: str
    heard: Heard
    received_at: datetime
    attempts: int
    turn_id: str | None


class Inbound:
    """Every query on `inbound_message` lives here."""

    def __init__(self, connection: AsyncConnection, keys: Keys, insert: Callable[..., Any]) -> None:
        self._connection = connection
        self._keys = keys
        self._insert = insert

    async def add(self, conversation_id: str, provider_sid: str, heard: Heard, at: datetime) -> int | None:
        """Store the message and return its id, or None when its sid is already here."""
        row = {
            "provider_sid": provider_sid,
            "conversation_id": conversation_id,
            "kind": heard.kind.value,
            "body_sealed": self._keys.seal(heard.text),
            "received_at": at,
        }
        statement = (
            self._insert(InboundMessageRow).values(**row).on_conflict_do_nothing().returning(InboundMessageRow.id)
        )
        return (await self._connection.execute(statement)).scalar()

    async def get(self, inbound_id: int) -> Received | None:
        row = (
            await self._connection.execute(
                select(InboundMessageRow.__table__).where(InboundMessageRow.id == inbound_id)
            )
        ).first()
        return self._received(row) if row else None

    async def pick_up(self, inbound_id: int, at: datetime) -> int:
        """Count one more try at this message and return the count, so that a message that kills the process is found out."""
        statement = (
            update(InboundMessageRow)
            .where(InboundMessageRow.id == inbound_id)
            .values(
                attempts=InboundMessageRow.attempts + 1, picked_up_at=func.coalesce(InboundMessageRow.picked_up_at, at)
            )
            .returning(InboundMessageRow.attempts)
        )
        return int((await self._connection.execute(statement)).scalar() or 0)

    async def unanswered(self, conversation_id: str) -> list[Received]:
        """Return the conversation's unanswered messages in order of arrival."""
        statement = (
            select(InboundMessageRow.__table__)
            .where(InboundMessageRow.conversation_id == conversation_id, InboundMessageRow.turn_id.is_(None))
            .order_by(InboundMessageRow.id)
        )
        return [self._received(row) for row in await self._connection.execute(statement)]

    async def answer(self, ids: Sequence[int], turn_id: str) -> bool:
        """Mark the messages as answered by this turn; False when another turn has any of them already."""
        statement = (
            update(InboundMessageRow)
            .where(InboundMessageRow.id.in_(ids), InboundMessageRow.turn_id.is_(None))
            .values(turn_id=turn_id)
        )
        return (await self._connection.execute(statement)).rowcount == len(ids)

    async def waiting(self, before: datetime, limit: int = 1000) -> list[tuple[int, str, str, int]]:
        """Return id, sid, conversation and attempts of messages stored before `before` and still unanswered."""
        table = InboundMessageRow
        statement = (
            select(table.id, table.provider_sid, table.conversation_id, table.attempts)
            .where(table.turn_id.is_(None), table.received_at <= before)
            .order_by(table.id)
            .limit(limit)
        )
        return [(row[0], row[1], row[2], row[3]) for row in await self._connection.execute(statement)]

    async def known(self, provider_sids: Sequence[str]) -> set[str]:
        """Return those of the sids that are stored."""
        statement = select(InboundMessageRow.provider_sid).where(InboundMessageRow.provider_sid.in_(provider_sids))
        return set((await self._connection.execute(statement)).scalars())

    async def latest_at(self) -> datetime | None:
        return (await self._connection.execute(select(func.max(InboundMessageRow.received_at)))).scalar()

    def _received(self, row: Any) -> Received:
        heard = Heard(self._keys.open(row.body_sealed), Kind(row.kind))
        return Received(
            row.id, row.provider_sid, row.conversation_id, heard, row.received_at, row.attempts, row.turn_id
        )
