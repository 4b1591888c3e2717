"""Carers and their conversations: found by keyed hash, with consent and disclosure history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.prepared import often
from assistant.storage.tables import (
    CarerRow,
    ConsentEventRow,
    ConversationRow,
    DisclosureShownRow,
    InboundMessageRow,
    new_id,
)

Carer: Any = CarerRow.__table__
Conversation: Any = ConversationRow.__table__
Shown: Any = DisclosureShownRow.__table__
Consent: Any = ConsentEventRow.__table__

WRITES = often(
    update(Conversation)
    .where(
        Conversation.c.carer_id == select(Carer.c.id).where(Carer.c.address_hash == bindparam("hash")).scalar_subquery()
    )
    .values(last_inbound_at=bindparam("now"))
    .returning(Conversation.c.id)
)
EarlierShown: Any = Shown.alias()
LATEST_SHOWN = (
    select(func.max(EarlierShown.c.id)).where(EarlierShown.c.carer_id == Carer.c.id).correlate(Carer).scalar_subquery()
)
LATEST_WISH = (
    select(Consent.c.kind)
    .where(Consent.c.carer_id == Carer.c.id)
    .order_by(Consent.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
STANDING = often(
    select(
        Conversation,
        Carer.c.opted_out_at,
        Carer.c.address_sealed,
        Shown.c.version.label("shown_version"),
        Shown.c.at.label("shown_at"),
        LATEST_WISH.label("wish"),
    )
    .join(Carer, Carer.c.id == Conversation.c.carer_id)
    .outerjoin(Shown, Shown.c.id == LATEST_SHOWN)
    .where(Conversation.c.id == bindparam("conversation"))
)
ADD_CONVERSATION = often(insert(Conversation))
NEW = {"owner": "assistant", "nation": ""}


@cache
def add_carer(dialect_insert: Callable[..., Any]) -> Any:
    """Return the insert for one dialect: nothing happens when the address is there already."""
    return often(dialect_insert(Carer).on_conflict_do_nothing().returning(Carer.c.id))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a turn or a send must know about a conversation."""

    conversation_id: str
    carer_id: str
    opted_out: bool
    owner: str
    danger: tuple[str, ...]
    nation: str
    told_about_masking: bool
    last_inbound_at: datetime
    disclosed_version: str
    disclosed_at: datetime | None
    address: str
    """Where to answer, in clear; empty when erased."""
    wants_erasure: bool
    """Whether the carer's last wish about their data was its deletion."""
    held_by: str = ""
    held_by_name: str = ""
    answers_since_ask: int = 0
    awaiting: str = ""
    staff_read_at: datetime | None = None


class People:
    """Every query on carers, conversations, consent and disclosure lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys, insert: Callable[..., Any]) -> None:
        self._connection = connection
        self._keys = keys
        self._insert = insert

    async def conversation_of(self, address: str, at: datetime) -> str:
        """Return the conversation with this address, made when new, and note that the carer wrote at `at`."""
        found = await self._find(address, at)
        if found:
            return found
        carer = {"id": new_id(), "address_hash": self._keys.digest(address), "address_sealed": self._keys.seal(address)}
        if (await self._connection.execute(add_carer(self._insert), carer)).first():
            row = {"id": new_id(), "carer_id": carer["id"], "last_inbound_at": at, "danger": [], **NEW}
            await self._connection.execute(ADD_CONVERSATION, row)
            return str(row["id"])
        # Another process made the carer a moment ago; its commit made the conversation too.
        found = await self._find(address, at)
        assert found
        return found

    async def _find(self, address: str, at: datetime) -> str | None:
        given = {"hash": self._keys.digest(address), "now": at}
        found: str | None = (await self._connection.execute(WRITES, given)).scalar()
        return found

    async def standing(self, conversation_id: str) -> Standing | None:
        """Return the conversation's standing, or None when it is gone."""
        row = (await self._connection.execute(STANDING, {"conversation": conversation_id})).first()
        if row is None:
            return None
        return Standing(
            conversation_id=conversation_id,
            carer_id=row.carer_id,
            opted_out=row.opted_out_at is not None,
            owner=row.owner,
            danger=tuple(row.danger),
            nation=row.nation,
            told_about_masking=row.told_about_masking_at is not None,
            last_inbound_at=row.last_inbound_at,
            disclosed_version=row.shown_version or "",
            disclosed_at=row.shown_at,
            address=self._keys.open(row.address_sealed),
            wants_erasure=row.wish == "delete_data",
            held_by=row.held_by or "",
            held_by_name=row.held_by_name,
            answers_since_ask=row.answers_since_ask,
            awaiting=row.awaiting,
            staff_read_at=row.staff_read_at,
        )

    async def change(self, conversation_id: str, **values: Any) -> None:
        await self._connection.execute(
            update(ConversationRow).where(ConversationRow.id == conversation_id).values(**values)
        )

    async def claim(self, conversation_id: str, staff_id: str, name: str, from_staff: str = "") -> bool:
        """Give the conversation to a person; False when somebody else holds it. `from_staff` hands it on from them."""
        free = ConversationRow.held_by.is_(None) | ConversationRow.held_by.in_((staff_id, from_staff))
        statement = update(ConversationRow).where(ConversationRow.id == conversation_id, free)
        values = {"owner": "person", "held_by": staff_id, "held_by_name": name}
        return bool((await self._connection.execute(statement.values(**values))).rowcount)

    async def release(self, conversation_id: str, staff_id: str) -> bool:
        """Give the conversation back to the assistant; False when this person does not hold it."""
        statement = update(ConversationRow).where(
            ConversationRow.id == conversation_id, ConversationRow.held_by == staff_id
        )
        values = {"owner": "assistant", "held_by": None, "held_by_name": ""}
        return bool((await self._connection.execute(statement.values(**values))).rowcount)

    async def consent(self, carer_id: str, kind: str, at: datetime, method: str = "message") -> None:
        """Record `opt_out`, `opt_in` or `delete_data`, and hold to it."""
        if kind in ("opt_out", "opt_in"):
            stopped_at = at if kind == "opt_out" else None
            await self._connection.execute(
                update(CarerRow).where(CarerRow.id == carer_id).values(opted_out_at=stopped_at)
            )
        await self._connection.execute(
            self._insert(ConsentEventRow).values(carer_id=carer_id, kind=kind, method=method, at=at)
        )

    async def disclosed(self, carer_id: str, version: str, outbound_id: int, at: datetime) -> None:
        row = {"carer_id": carer_id, "version": version, "outbound_id": outbound_id, "at": at}
        await self._connection.execute(self._insert(DisclosureShownRow).values(**row))

    async def count_kept(self, conversation_id: str) -> tuple[int, datetime]:
        """Return how many messages of the carer are kept, and since when."""
        table = InboundMessageRow
        statement = select(func.count(), func.min(table.received_at)).where(table.conversation_id == conversation_id)
        row = (await self._connection.execute(statement)).one()
        return int(row[0]), row[1]
