"""Every query on `outbound_message` and `delivery_event`: stored before sent, states only move forward."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from assistant.channels.delivery import DeliveryState, forwards
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.prepared import often
from assistant.storage.tables import DeliveryEventRow, OutboundMessageRow

Table = OutboundMessageRow
Rows: Any = OutboundMessageRow.__table__
Events: Any = DeliveryEventRow.__table__

ADD = often(insert(Rows).returning(Rows.c.id))
OF_TURN = often(select(Rows).where(Rows.c.turn_id == bindparam("turn")).order_by(Rows.c.position))
BY_ID = Rows.c.id == bindparam("of_id")
START = often(
    update(Rows)
    .where(BY_ID, or_(Rows.c.state == "pending", Rows.c.state == "sending"))
    .values(state="sending", sending_at=bindparam("now"), attempts=Rows.c.attempts + 1)
)
SENT = often(update(Rows).where(BY_ID).values(state="sent", provider_sid=bindparam("sid"), sent_at=bindparam("now")))
EVENTS = often(
    select(Events.c.state, Events.c.error_code).where(Events.c.provider_sid == bindparam("sid")).order_by(Events.c.id)
)
ADD_EVENT = often(insert(Events))
MISSED = ("person", "template", "reply", "command", "holding")
"""Purposes whose loss leaves a carer without what was meant for them. Crisis texts are watched more closely."""
MOST_SHOWN = 500
BY_PERSON = ("person", "handover", "handback", "template")
"""Purposes that a person's act put into the outbox. Everything else is the assistant's."""
BY_SID = often(select(Rows.c.id, Rows.c.delivery_state).where(Rows.c.provider_sid == bindparam("sid")))
REACHED = often(update(Rows).where(BY_ID).values(delivery_state=bindparam("reached"), error_code=bindparam("code")))


@dataclass(frozen=True, slots=True)
class Due:
    """One outbound message, opened for sending."""

    id: int
    conversation_id: str
    turn_id: str
    position: int
    purpose: str
    body: str
    state: str
    attempts: int
    created_at: datetime
    sending_at: datetime | None
    delivery_state: str
    provider_sid: str | None
    send_after: datetime | None = None
    approval: str = ""
    written_by: str = ""
    template: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What fills the template's gaps."""


class Outbox:
    """Every query on `outbound_message` and `delivery_event` lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def add(
        self, conversation_id: str, turn_id: str, parts: Sequence[tuple[str, str]], at: datetime, **more: Any
    ) -> list[int]:
        """Store (purpose, text) pairs to be sent in this order; return their ids.

        `more` sets further columns of each row: `send_after`, `written_by`, `template`, `position`.
        """
        ids = []
        for position, (purpose, text) in enumerate(parts):
            row = {"conversation_id": conversation_id, "turn_id": turn_id, "position": position, "purpose": purpose,
                   "body_sealed": self._keys.seal(text), "state": "pending", "delivery_state": "", "attempts": 0,
                   "created_at": at, **more}  # fmt: skip
            ids.append(int((await self._connection.execute(ADD, row)).scalar_one()))
        return ids

    async def hold(self, outbound_ids: Sequence[int]) -> None:
        """Keep drafts back until a person lets them out."""
        undecided = (Table.id.in_(outbound_ids), Table.approval == "")
        await self._connection.execute(update(Table).where(*undecided).values(approval="waiting"))

    async def approve(self, turn_id: str, by: str, replace: str | None = None) -> bool:
        """Let a turn's drafts out, or one text in their place; False when none waits any more."""
        waiting = (Table.turn_id == turn_id, Table.approval == "waiting", Table.state == "pending")
        statement = update(Table).where(*waiting).values(approval="approved", written_by=by).returning(Table.id)
        ids = sorted((await self._connection.execute(statement)).scalars())
        if ids and replace is not None:
            sealed = self._keys.seal(replace)
            await self._connection.execute(update(Table).where(Table.id == ids[0]).values(body_sealed=sealed))
            for outbound_id in ids[1:]:
                await self.close(outbound_id, "cancelled")
        return bool(ids)

    async def withdraw(self, turn_id: str) -> bool:
        """Cancel a turn's waiting drafts; False when none waits any more."""
        waiting = (Table.turn_id == turn_id, Table.approval == "waiting", Table.state == "pending")
        return bool((await self._connection.execute(update(Table).where(*waiting).values(state="cancelled"))).rowcount)

    async def drafts(self, before: datetime | None = None, conversation_id: str = "") -> list[Due]:
        """Return drafts that wait for a person, oldest first."""
        statement = select(Rows).where(Table.state == "pending", Table.approval == "waiting").order_by(Table.id)
        if before:
            statement = statement.where(Table.created_at <= before)
        if conversation_id:
            statement = statement.where(Table.conversation_id == conversation_id)
        return [self._due(row) for row in await self._connection.execute(statement)]

    async def silence(self, conversation_id: str) -> None:
        """Cancel what the assistant has not begun to send, safety texts apart: a person takes over."""
        keeps = (*BY_PERSON, "crisis")
        statement = update(Table).where(
            Table.conversation_id == conversation_id, Table.state == "pending", Table.purpose.not_in(keeps)
        )
        await self._connection.execute(statement.values(state="cancelled"))

    async def take_back(self, turn_id: str, by: str) -> bool:
        """Cancel a person's own message that has not been sent yet; False when it is too late."""
        statement = update(Table).where(Table.turn_id == turn_id, Table.written_by == by, Table.state == "pending")
        return bool((await self._connection.execute(statement.values(state="cancelled"))).rowcount)

    async def of_turn(self, turn_id: str) -> list[Due]:
        return [self._due(row) for row in await self._connection.execute(OF_TURN, {"turn": turn_id})]

    async def of_conversation(
        self, conversation_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Due]:
        """Return the newest messages stored from `since` on and before `until`, newest first, at most `MOST_SHOWN`."""
        statement = select(Rows).where(Table.conversation_id == conversation_id)
        if since:
            statement = statement.where(Table.created_at >= since)
        if until:
            statement = statement.where(Table.created_at < until)
        newest = statement.order_by(Table.id.desc()).limit(MOST_SHOWN)
        return [self._due(row) for row in await self._connection.execute(newest)]

    async def reword(self, outbound_id: int, purpose: str, text: str) -> None:
        """Put other words in the place of a message that has not gone out."""
        values = {"purpose": purpose, "body_sealed": self._keys.seal(text)}
        await self._connection.execute(update(Table).where(Table.id == outbound_id).values(**values))

    async def start(self, outbound_id: int, at: datetime) -> bool:
        """Say that a send has begun: from now on a repeat must first ask the provider. False when it was cancelled meanwhile."""
        return bool((await self._connection.execute(START, {"of_id": outbound_id, "now": at})).rowcount)

    async def sent(self, outbound_id: int, provider_sid: str, at: datetime) -> None:
        """Record that the provider took the message, and apply status callbacks that came before this."""
        await self._connection.execute(SENT, {"of_id": outbound_id, "sid": provider_sid, "now": at})
        for state, code in list(await self._connection.execute(EVENTS, {"sid": provider_sid})):
            await self._advance(provider_sid, DeliveryState(state), code)

    async def close(self, outbound_id: int, state: str, error_code: int | None = None) -> None:
        """End a message as `failed` or `cancelled`, or put it back to `pending`."""
        await self._connection.execute(
            update(Table).where(Table.id == outbound_id).values(state=state, error_code=error_code)
        )

    async def delivery(self, provider_sid: str, state: DeliveryState, error_code: int | None, at: datetime) -> bool:
        """Store a status callback and move the message forward; False when the sid is not known yet."""
        row = {"provider_sid": provider_sid, "state": state.value, "error_code": error_code, "received_at": at}
        await self._connection.execute(ADD_EVENT, row)
        return await self._advance(provider_sid, state, error_code)

    async def _advance(self, provider_sid: str, state: DeliveryState, error_code: int | None) -> bool:
        found = (await self._connection.execute(BY_SID, {"sid": provider_sid})).first()
        if found is None:
            return False
        now = DeliveryState(found.delivery_state or DeliveryState.QUEUED)
        reached = forwards(now, state)
        if reached.value != found.delivery_state:
            values = {"of_id": found.id, "reached": reached.value, "code": error_code or None}
            await self._connection.execute(REACHED, values)
        return True

    async def unfinished(self, before: datetime, limit: int = 500) -> list[tuple[str, str]]:
        """Return (turn id, conversation id) with messages not sent although stored before `before`."""
        statement = (
            select(Table.turn_id, Table.conversation_id)
            .where(
                Table.state.in_(("pending", "sending")),
                Table.approval != "waiting",
                func.coalesce(Table.send_after, Table.created_at) <= before,
            )
            .distinct()
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self._connection.execute(statement)]

    async def known_sids(self, conversation_id: str) -> set[str]:
        """Return the sids of this conversation's messages that are settled."""
        statement = select(Table.provider_sid).where(
            Table.conversation_id == conversation_id, Table.provider_sid.is_not(None)
        )
        return {sid for sid in (await self._connection.execute(statement)).scalars() if sid}

    async def undelivered_crisis(self, before: datetime) -> list[Due]:
        """Return crisis texts created before `before`, not delivered and not yet raised as an alert."""
        statement = select(Table.__table__).where(
            Table.purpose == "crisis",
            Table.created_at <= before,
            Table.alerted_at.is_(None),
            Table.delivery_state.not_in(("delivered", "read")),
            Table.state != "cancelled",
        )
        return [self._due(row) for row in await self._connection.execute(statement)]

    async def lost(self, since: datetime) -> list[Any]:
        """Return messages stored since then that the provider took and could not deliver, not yet raised as a case."""
        columns = (Table.id, Table.conversation_id, Table.turn_id, Table.purpose, Table.error_code)
        statement = select(*columns).where(
            Table.state == "sent",
            Table.created_at >= since,
            Table.alerted_at.is_(None),
            Table.delivery_state.in_(("failed", "undelivered")),
            Table.purpose.in_(MISSED),
        )
        return list(await self._connection.execute(statement))

    async def alerted(self, outbound_id: int, at: datetime) -> None:
        await self._connection.execute(update(Table).where(Table.id == outbound_id).values(alerted_at=at))

    def _due(self, row: Any) -> Due:
        body, variables = self._keys.open(row.body_sealed), {}
        if row.purpose == "template" and body:
            stored = json.loads(body)
            body, variables = stored["text"], stored["variables"]
        return Due(
            row.id, row.conversation_id, row.turn_id, row.position, row.purpose, body, row.state, row.attempts, row.created_at,
            row.sending_at, row.delivery_state, row.provider_sid, row.send_after, row.approval, row.written_by, row.template,
            variables,
        )  # fmt: skip
