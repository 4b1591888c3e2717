"""The inbox's queue: cases by urgency and due time, conversations by last message, and a search over masked text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from assistant.storage.case_tables import CaseEventRow, NoteRow
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.tables import (
    ConversationRow,
    DeliveryEventRow,
    EscalationRow,
    InboundMessageRow,
    OutboundMessageRow,
    TurnRow,
)

Case: Any = EscalationRow.__table__
Conversation: Any = ConversationRow.__table__
Turn: Any = TurnRow.__table__
PAGE = 30
COUNTED = 100
"""Counts stop here: nobody needs to know whether 100 or 40,000 wait, and counting on would slow the page."""
MOST_SEARCHED = 3000
"""Turns that one search opens, newest first. Text is sealed, so the database itself cannot look into it."""
UNREAD = or_(Conversation.c.staff_read_at.is_(None), Conversation.c.last_inbound_at > Conversation.c.staff_read_at)
COLUMNS = (
    Case.c.id, Case.c.conversation_id, Case.c.reason, Case.c.urgency, Case.c.categories, Case.c.state, Case.c.due_at,
    Case.c.breached_at, Case.c.created_at, Case.c.owner_name, Conversation.c.held_by_name, Conversation.c.last_inbound_at,
    UNREAD.label("unread"),
)  # fmt: skip
VERSION = select(
    *(
        select(func.max(table.id)).scalar_subquery()
        for table in (CaseEventRow, InboundMessageRow, OutboundMessageRow, DeliveryEventRow, NoteRow)
    )
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked the queue for. `view` is open, unread, mine, team or resolved; the next three narrow it."""

    view: str = "open"
    state: str = ""
    urgency: str = ""
    reason: str = ""
    staff_id: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sealed:
    """A turn that a search may open."""

    turn_id: str
    conversation_id: str
    question: bytes
    reply: bytes
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A turn that a search found, in masked text."""

    turn_id: str
    conversation_id: str
    question: str
    outcome: str
    at: datetime


class Queue:
    """Every query of the inbox's lists lives here."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def cases(self, wanted: Wanted) -> list[Any]:
        """Return one page of cases and one row more when there is a next page."""
        joined = select(*COLUMNS).join(Conversation, Conversation.c.id == Case.c.conversation_id)
        statement = narrowed(joined, wanted)
        if wanted.view == "resolved":
            statement = statement.order_by(Case.c.resolved_at.desc())
        else:
            statement = statement.order_by(Case.c.rank, Case.c.due_at, Case.c.created_at)
        return await self._rows(statement.limit(PAGE + 1).offset((wanted.page - 1) * PAGE))

    async def count(self, wanted: Wanted) -> int:
        """Return how many cases there are, at most `COUNTED`."""
        joined = select(Case.c.id).join(Conversation, Conversation.c.id == Case.c.conversation_id)
        few = narrowed(joined, wanted).limit(COUNTED).subquery()
        return int((await self._connection.execute(select(func.count()).select_from(few))).scalar_one())

    async def conversations(self, page: int) -> list[Any]:
        """Return one page of all conversations, the latest first, and one row more when there is a next page."""
        columns = (
            Conversation.c.id,
            Conversation.c.last_inbound_at,
            Conversation.c.held_by_name,
            Conversation.c.danger,
        )
        statement = select(*columns, UNREAD.label("unread")).order_by(Conversation.c.last_inbound_at.desc())
        return await self._rows(statement.limit(PAGE + 1).offset((page - 1) * PAGE))

    async def between(self, since: datetime, until: datetime) -> list[Sealed]:
        """Return the newest turns of a time, sealed."""
        columns = (
            Turn.c.id,
            Turn.c.conversation_id,
            Turn.c.question_sealed,
            Turn.c.reply_sealed,
            Turn.c.outcome,
            Turn.c.finished_at,
        )
        statement = select(*columns).where(Turn.c.finished_at >= since, Turn.c.finished_at < until)
        rows = await self._rows(statement.order_by(Turn.c.finished_at.desc()).limit(MOST_SEARCHED))
        return [Sealed(*row) for row in rows]

    async def version(self) -> str:
        """Return a text that changes with anything that the inbox shows."""
        return "-".join(str(number or 0) for number in (await self._connection.execute(VERSION)).one())

    async def _rows(self, statement: Select[Any]) -> list[Any]:
        return list(await self._connection.execute(statement))


def narrowed(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    """Keep what was asked for."""
    if wanted.urgency:
        statement = statement.where(Case.c.urgency == wanted.urgency)
    if wanted.reason:
        statement = statement.where(Case.c.reason == wanted.reason)
    if wanted.view == "resolved":
        return statement.where(Case.c.resolved_at.is_not(None))
    statement = statement.where(Case.c.resolved_at.is_(None))
    if wanted.state:
        statement = statement.where(Case.c.state == wanted.state)
    if wanted.view == "mine":
        return statement.where(Case.c.owner == wanted.staff_id)
    if wanted.view == "team":
        return statement.where(Case.c.owner.is_(None))
    return statement.where(UNREAD) if wanted.view == "unread" else statement


def found(sealed: Sequence[Sealed], keys: Keys, words: str) -> list[Hit]:
    """Open turns and keep those whose masked question or reply has every word. Slow: for a thread."""
    wanted = words.casefold().split()
    hits = []
    for one in sealed:
        question = keys.open(one.question)
        text = f"{question}\n{keys.open(one.reply)}".casefold()
        if all(word in text for word in wanted):
            hits.append(Hit(one.turn_id, one.conversation_id, question, one.outcome, one.at))
    return hits
