"""Turns as recorded: what was asked, decided, found and said, and under which release."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from assistant.domain.turn import Citation, Exchange, Finding, Turn
from assistant.pipeline.soft_line import came_near
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.prepared import often
from assistant.storage.tables import TurnRow
from knowledge_base.vectors import packed

Table: Any = TurnRow.__table__
ADD = often(insert(Table))
RECENT = often(
    select(
        Table.c.question_sealed,
        Table.c.reply_sealed,
        Table.c.outcome,
        Table.c.citations,
        Table.c.nation,
        Table.c.findings,
        Table.c.finished_at,
    )
    .where(Table.c.conversation_id == bindparam("conversation"))
    .order_by(Table.c.finished_at.desc())
    .limit(bindparam("most"))
)
REMEMBERED = 6
"""Earlier turns that a follow-up question may lean on."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded turn as the console shows it, with the words opened."""

    id: str
    outcome: str
    urgency: str
    categories: list[str]
    question: str
    reply: str
    release: str
    findings: list[Any]
    passages: list[Any]
    citations: list[Any]
    timings_ms: list[Any]
    started_at: datetime
    finished_at: datetime


class Turns:
    """Every query on `turn` lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def add(self, turn: Turn, conversation_id: str, started_at: datetime, finished_at: datetime) -> None:
        """Record a finished turn. Questions are kept masked, reply and question sealed."""
        assert turn.outcome is not None
        row = {
            "id": turn.id,
            "conversation_id": conversation_id,
            "release_id": turn.release,
            "outcome": turn.outcome.value,
            "urgency": turn.urgency.value,
            "categories": list(turn.categories),
            "nation": turn.nation,
            "question_sealed": self._keys.seal(turn.masked),
            "reply_sealed": self._keys.seal("\n\n".join(turn.reply)),
            "vector_sealed": self._keys.seal(kept_vector(turn)),
            "findings": [[f.rail, f.result, f.reason] for f in turn.findings],
            "passages": [[p.document, p.heading, round(p.score, 4)] for p in turn.passages],
            "citations": [[c.document, c.title, c.url, c.reviewed_on.isoformat()] for c in turn.citations],
            "timings_ms": [[name, round(ms, 2)] for name, ms in turn.timings_ms],
            "started_at": started_at,
            "finished_at": finished_at,
        }
        await self._connection.execute(ADD, row)

    async def recent(self, conversation_id: str, limit: int = REMEMBERED) -> tuple[Exchange, ...]:
        """Return the conversation's last turns, oldest first."""
        rows = list(await self._connection.execute(RECENT, {"conversation": conversation_id, "most": limit}))
        return tuple(
            Exchange(
                self._keys.open(row[0]),
                self._keys.open(row[1]),
                row[2],
                citations=tuple(map(as_citation, row[3])),
                nation=row[4],
                near=came_near([Finding(*one) for one in row[5]]),
                at=row[6],
            )
            for row in reversed(rows)
        )

    async def get(self, turn_id: str) -> Recorded | None:
        row = (await self._connection.execute(select(Table).where(Table.c.id == turn_id))).first()
        return self._recorded(row) if row else None

    async def of_conversation(self, conversation_id: str, limit: int = 50, skip: int = 0) -> list[Recorded]:
        """Return the conversation's turns, newest first, without the `skip` newest."""
        statement = select(Table).where(Table.c.conversation_id == conversation_id)
        newest = statement.order_by(Table.c.finished_at.desc()).limit(limit).offset(skip)
        return [self._recorded(row) for row in await self._connection.execute(newest)]

    async def after(self, conversation_id: str, turn_id: str) -> int:
        """Return how many turns of the conversation are newer than this one; 0 when it is not there."""
        since = select(Table.c.finished_at).where(Table.c.id == turn_id).scalar_subquery()
        newer = select(func.count()).where(Table.c.conversation_id == conversation_id, Table.c.finished_at > since)
        return int((await self._connection.execute(newer)).scalar_one())

    def _recorded(self, row: Any) -> Recorded:
        return Recorded(
            row.id, row.outcome, row.urgency, row.categories, self._keys.open(row.question_sealed), self._keys.open(row.reply_sealed),
            row.release_id, row.findings, row.passages, row.citations, row.timings_ms, row.started_at, row.finished_at,
        )  # fmt: skip


def kept_vector(turn: Turn) -> str:
    """Return the masked question's vector as text; "" when there is none or it was made from unmasked words."""
    is_question = turn.outcome is not None and turn.outcome.family in ("answered", "unanswerable")
    return packed(turn.vectors[0]) if turn.vectors and turn.masked == turn.text and is_question else ""


def as_citation(stored: list[str]) -> Citation:
    """Read a citation back from its stored list."""
    return Citation(stored[0], stored[1], stored[2], date.fromisoformat(stored[3]))
