"""Cases for staff: why, how urgent, where each stands, and every change with who made it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from assistant.cases.states import OPEN_STATES, UNSEEN, State
from assistant.cases.why import Why
from assistant.domain.turn import RANK, Urgency
from assistant.storage.case_tables import CaseEventRow
from assistant.storage.direct import AnyConnection
from assistant.storage.tables import EscalationRow, new_id

Table: Any = EscalationRow.__table__
Event: Any = CaseEventRow.__table__
ADD_EVENT = insert(Event)
ADD = insert(Table)
OF_CONVERSATION = select(Table).where(Table.c.conversation_id == bindparam("conversation")).order_by(Table.c.created_at)


def rank_of(urgency: str) -> int:
    """Return the place of an urgency in the queue: 0 is looked at first."""
    return max(RANK.values()) - RANK[Urgency(urgency)]


class Escalations:
    """Every query on `escalation` and `case_event` lives here, but for the queue's own."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def open(
        self, why: Why, at: datetime, due_at: datetime | None = None, tell_again_at: datetime | None = None
    ) -> str:
        """Open a case and return its id."""
        row = {"id": new_id(), "conversation_id": why.conversation_id, "turn_id": why.turn_id, "reason": why.reason,
               "urgency": why.urgency, "categories": list(why.categories), "created_at": at, "rank": rank_of(why.urgency),
               "due_at": due_at, "tell_again_at": tell_again_at}  # fmt: skip
        await self._connection.execute(ADD, row)
        await self.note_event(str(row["id"]), "opened", "system", at)
        return str(row["id"])

    async def get(self, case_id: str) -> Any | None:
        return (await self._connection.execute(select(Table).where(Table.c.id == case_id))).first()

    async def unresolved(self, conversation_id: str, reason: str = "") -> list[Any]:
        """Return the conversation's cases that are not resolved, oldest first; those of one reason when it is given."""
        rows = await self._connection.execute(OF_CONVERSATION, {"conversation": conversation_id})
        return [row for row in rows if row.resolved_at is None and reason in ("", row.reason)]

    async def change(self, case_id: str, **values: Any) -> None:
        await self._connection.execute(update(Table).where(Table.c.id == case_id).values(**values))

    async def step(
        self, case_id: str, before: State, after: State, by: str, at: datetime, due_at: datetime | None
    ) -> bool:
        """Move a case on, unless somebody else has moved it meanwhile; the clock of the new state starts."""
        values = {
            "state": after.value,
            "due_at": due_at,
            "breached_at": None,
            "resolved_at": at if after is State.RESOLVED else None,
        }
        if after not in UNSEEN:
            values["tell_again_at"] = None
        statement = update(Table).where(Table.c.id == case_id, Table.c.state == before.value).values(**values)
        moved = (await self._connection.execute(statement)).rowcount == 1
        if moved:
            await self.note_event(case_id, after.value, by, at)
        return moved

    async def note_event(self, case_id: str, kind: str, by: str, at: datetime) -> None:
        await self._connection.execute(ADD_EVENT, {"case_id": case_id, "kind": kind, "by": by, "at": at})

    async def events(self, case_ids: Sequence[str]) -> list[Any]:
        """Return what happened to these cases, oldest first."""
        statement = select(Event).where(Event.c.case_id.in_(case_ids)).order_by(Event.c.id)
        return list(await self._connection.execute(statement))

    async def unalerted(self) -> list[tuple[str, str, str]]:
        """Return (id, reason, urgency) of cases that nobody has been told of."""
        statement = select(Table.c.id, Table.c.reason, Table.c.urgency).where(
            Table.c.alerted_at.is_(None), Table.c.resolved_at.is_(None)
        )
        return [(row[0], row[1], row[2]) for row in await self._connection.execute(statement)]

    async def alerted(self, escalation_id: str, at: datetime) -> None:
        """Note when the first person was told."""
        await self._connection.execute(
            update(Table).where(Table.c.id == escalation_id, Table.c.alerted_at.is_(None)).values(alerted_at=at)
        )

    async def to_tell_again(self, now: datetime) -> list[Any]:
        """Return cases that nobody has acknowledged and whose next alert is due."""
        unseen = [state.value for state in UNSEEN]
        statement = select(Table).where(Table.c.tell_again_at <= now, Table.c.state.in_(unseen))
        return list(await self._connection.execute(statement))

    async def overdue(self, now: datetime) -> list[Any]:
        """Return cases whose clock has run out without this having been noted."""
        statement = select(Table).where(
            Table.c.resolved_at.is_(None),
            Table.c.due_at <= now,
            Table.c.breached_at.is_(None),
            Table.c.state.in_([state.value for state in OPEN_STATES]),
        )
        return list(await self._connection.execute(statement))

    async def of_conversation(self, conversation_id: str) -> list[Any]:
        return list(await self._connection.execute(OF_CONVERSATION, {"conversation": conversation_id}))
