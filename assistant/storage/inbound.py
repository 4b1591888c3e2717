"""Every query on `inbound_message`: received, unanswered, answered.

Statements are built once, with named parameters: building them anew costs more than running them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from assistant.domain.turn import Heard, Kind
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.prepared import often
from assistant.storage.tables import InboundMessageRow, UtcTime

Table: Any = InboundMessageRow.__table__
COLUMNS = tuple(Table.c)
NOW = bindparam("now", type_=UtcTime())
"""With its type: inside a function nothing else says that it is a time, and sqlite3's own way of storing times can be changed
by any library that is imported (guardrails-ai does)."""
PICK_UP = often(
    update(Table)
    .where(Table.c.id == bindparam("of_id"))
    .values(attempts=Table.c.attempts + 1, picked_up_at=func.coalesce(Table.c.picked_up_at, NOW))
    .returning(*COLUMNS)
)
UNANSWERED = often(
    select(*COLUMNS)
    .where(Table.c.conversation_id == bindparam("conversation"), Table.c.turn_id.is_(None))
    .order_by(Table.c.id)
)
ARRIVED = often(
    select(func.count())
    .select_from(Table)
    .where(Table.c.conversation_id == bindparam("conversation"), Table.c.received_at > bindparam("since"))
)
ANSWER = often(
    update(Table).where(Table.c.id == bindparam("of_id"), Table.c.turn_id.is_(None)).values(turn_id=bindparam("turn"))
)
GET = often(select(*COLUMNS).where(Table.c.id == bindparam("of_id")))


@cache
def add_statement(insert: Callable[..., Any]) -> Any:
    """Return the insert for one dialect: nothing happens when the sid is there already."""
    return often(insert(Table).on_conflict_do_nothing().returning(Table.c.id))


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

    def __init__(self, connection: AnyConnection, keys: Keys, insert: Callable[..., Any]) -> None:
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
            "attempts": 0,
            "received_at": at,
        }
        return (await self._connection.execute(add_statement(self._insert), row)).scalar()

    async def get(self, inbound_id: int) -> Received | None:
        row = (await self._connection.execute(GET, {"of_id": inbound_id})).first()
        return self._received(row) if row else None

    async def pick_up(self, inbound_id: int, at: datetime) -> Received | None:
        """Count one more try at this message and return it, so that one that kills the process is found out."""
        row = (await self._connection.execute(PICK_UP, {"of_id": inbound_id, "now": at})).first()
        return self._received(row) if row else None

    async def unanswered(self, conversation_id: str) -> list[Received]:
        """Return the conversation's unanswered messages in order of arrival."""
        rows = await self._connection.execute(UNANSWERED, {"conversation": conversation_id})
        return [self._received(row) for row in rows]

    async def arrived(self, conversation_id: str, since: datetime) -> int:
        """Return how many messages of a conversation came after a moment."""
        return int(
            (await self._connection.execute(ARRIVED, {"conversation": conversation_id, "since": since})).scalar() or 0
        )

    async def answer(self, ids: Sequence[int], turn_id: str) -> bool:
        """Mark the messages as answered by this turn; False when another turn has any of them already."""
        given = [{"of_id": one, "turn": turn_id} for one in ids]
        done = [(await self._connection.execute(ANSWER, one)).rowcount for one in given]
        return sum(done) == len(ids)

    async def waiting(self, before: datetime, limit: int = 1000) -> list[tuple[int, str, str, int]]:
        """Return id, sid, conversation and attempts of messages stored before `before` and still unanswered."""
        statement = (
            select(Table.c.id, Table.c.provider_sid, Table.c.conversation_id, Table.c.attempts)
            .where(Table.c.turn_id.is_(None), Table.c.received_at <= before)
            .order_by(Table.c.id)
            .limit(limit)
        )
        return [(row[0], row[1], row[2], row[3]) for row in await self._connection.execute(statement)]

    async def known(self, provider_sids: Sequence[str]) -> set[str]:
        """Return those of the sids that are stored."""
        statement = select(Table.c.provider_sid).where(Table.c.provider_sid.in_(provider_sids))
        return set((await self._connection.execute(statement)).scalars())

    async def conversation_with(self, provider_sids: Sequence[str]) -> str | None:
        """Find the conversation that holds the newest of these messages."""
        statement = select(Table.c.conversation_id).where(Table.c.provider_sid.in_(provider_sids))
        found: str | None = (await self._connection.execute(statement.order_by(Table.c.id.desc()).limit(1))).scalar()
        return found

    async def of_turns(self, conversation_id: str, turn_ids: Sequence[str]) -> list[Received]:
        """Return the messages that these turns answered, and those that are being read, newest first."""
        theirs = or_(Table.c.turn_id.in_(turn_ids), Table.c.turn_id.is_(None))
        statement = (
            select(*COLUMNS).where(Table.c.conversation_id == conversation_id, theirs).order_by(Table.c.id.desc())
        )
        return [self._received(row) for row in await self._connection.execute(statement)]

    async def latest_at(self) -> datetime | None:
        return (await self._connection.execute(select(func.max(Table.c.received_at)))).scalar()

    def _received(self, row: Any) -> Received:
        heard = Heard(self._keys.open(row.body_sealed), Kind(row.kind))
        return Received(
            row.id, row.provider_sid, row.conversation_id, heard, row.received_at, row.attempts, row.turn_id
        )
