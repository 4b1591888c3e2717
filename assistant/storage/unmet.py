"""Questions that were not answered well, and what answers rested on. Reads turns; writes nothing."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, func, or_, select

from assistant.domain.turn import UNSURE
from assistant.storage.case_tables import FeedbackRow
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.tables import TurnRow
from knowledge_base.vectors import unpacked

Turn: Any = TurnRow.__table__
Thumb: Any = FeedbackRow.__table__
AGAIN = timedelta(hours=24)
"""A question asked again within this time was not answered the first time."""
ALIKE = 0.85
"""Cosine from which two questions of one carer are the same question."""
MOST_READ = 5000
"""Turns that are opened, newest first."""
READ = (
    Turn.c.id, Turn.c.conversation_id, Turn.c.outcome, Turn.c.finished_at, Turn.c.nation, Turn.c.passages,
    Turn.c.question_sealed, Turn.c.vector_sealed,
)  # fmt: skip
BARE = ("answered_small_talk", "answered_telling", "answered_about_kith")
"""Answers that need no guidance."""
UNANSWERED = ("unanswerable_no_content", "unanswerable_reply_blocked")


@dataclass(frozen=True, slots=True)
class Poor:
    """A turn that did not answer well. The vector is empty when none was kept."""

    question: str
    vector: tuple[float, ...]
    kind: str
    at: datetime
    nation: str


@dataclass(frozen=True, slots=True)
class Rested:
    """How many answers named a document as their source, how many of them did not help, and when the last was given."""

    answers: int
    did_not_help: int
    last_at: datetime | None


class UnmetNeeds:
    """Every query for gaps and coverage lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def poor_turns(self, since: datetime) -> list[Poor]:
        """Return turns since a time whose question was not answered well and whose words are still kept, of the newest few thousand."""
        downs = select(Thumb.c.turn_id).where(Thumb.c.score < 0, Thumb.c.at >= since)
        down_ids = set((await self._connection.execute(downs)).scalars())
        newest = (
            select(*READ)
            .where(Turn.c.finished_at >= since)
            .where(or_(Turn.c.outcome.like("answered%"), Turn.c.outcome.in_(UNANSWERED)), Turn.c.outcome.not_in(BARE))
            .order_by(Turn.c.finished_at.desc())
            .limit(MOST_READ)
        )
        rows = list(await self._connection.execute(newest))
        # Opening sealed words takes a processor for a while, and carers must not wait for it.
        return await asyncio.to_thread(self._poor, rows, down_ids)

    def _poor(self, rows: Sequence[Any], down_ids: set[str]) -> list[Poor]:
        found: list[Poor] = []
        before: tuple[str, datetime, tuple[float, ...]] | None = None
        for row in sorted(rows, key=lambda one: (one.conversation_id, one.finished_at)):
            question = self._keys.open(row.question_sealed)
            if not question:
                continue
            vector = unpacked(self._keys.open(row.vector_sealed)) if row.vector_sealed else ()
            kind = _kind(row, down_ids) or ("asked_again" if _is_again(row, vector, before) else "")
            before = (row.conversation_id, row.finished_at, vector)
            if kind:
                found.append(Poor(question, vector, kind, row.finished_at, row.nation))
        return found

    async def use_of(self, slug: str, since: datetime) -> Rested:
        """Return how a document was used since a time, of the newest few thousand answers."""
        latest = newest(since)
        # Its name is looked for in the stored text: many turns, one look.
        names = cast(latest.c.citations, String).contains(f'["{slug}", ', autoescape=True)
        counted = select(func.count(), func.max(latest.c.finished_at)).where(names)
        answers, last_at = (await self._connection.execute(counted)).one()
        thumbs = select(func.count()).select_from(Thumb).join(latest, latest.c.id == Thumb.c.turn_id)
        downs = (await self._connection.execute(thumbs.where(names, Thumb.c.score < 0))).scalar_one()
        return Rested(answers, downs, last_at)

    async def rested_on(self, since: datetime) -> Counter[str]:
        """Return how many answers since a time, of the newest few thousand, named each document as their source."""
        named = (await self._connection.execute(select(newest(since).c.citations))).scalars()
        return Counter(document for citations in named for document in {one[0] for one in citations})


def newest(since: datetime) -> Any:
    """The newest answers since a time. Looking at every answer of a busy service would hold up carers."""
    wanted = select(Turn.c.id, Turn.c.finished_at, Turn.c.citations)
    answers = wanted.where(Turn.c.finished_at >= since, Turn.c.outcome.like("answered%"))
    return answers.order_by(Turn.c.finished_at.desc()).limit(MOST_READ).subquery()


def _kind(row: Any, down_ids: set[str]) -> str:
    if row.id in down_ids:
        return "thumb_down"
    if row.outcome in UNANSWERED:
        return "unanswered"
    best = max((float(passage[2]) for passage in row.passages), default=1.0)
    return "unsure" if best < UNSURE else ""


def _is_again(row: Any, vector: tuple[float, ...], before: tuple[str, datetime, tuple[float, ...]] | None) -> bool:
    """Tell whether the carer had asked the same thing just before."""
    if before is None or before[0] != row.conversation_id or not vector or not before[2]:
        return False
    alike = sum(one * other for one, other in zip(vector, before[2], strict=True))
    return bool(row.finished_at - before[1] <= AGAIN and alike >= ALIKE)
