"""Questions that were not answered well, and what answers rested on. Reads turns; writes nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from assistant.storage.case_tables import FeedbackRow
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.tables import TurnRow
from knowledge_base.vectors import unpacked

Turn: Any = TurnRow.__table__
Thumb: Any = FeedbackRow.__table__
UNSURE = 0.5
"""Likelihood of the best passage under which an answer counts as unsure."""
AGAIN = timedelta(hours=24)
"""A question asked again within this time was not answered the first time."""
ALIKE = 0.85
"""Cosine from which two questions of one carer are the same question."""
UNANSWERED = ("unanswerable_no_content", "unanswerable_reply_blocked")


@dataclass(frozen=True, slots=True)
class Poor:
    """A turn that did not answer well. The vector is empty when none was kept."""

    question: str
    vector: tuple[float, ...]
    kind: str
    at: datetime
    nation: str


class UnmetNeeds:
    """Every query for gaps and coverage lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def poor_turns(self, since: datetime) -> list[Poor]:
        """Return turns since a time whose question was not answered well and whose words are still kept."""
        downs = select(Thumb.c.turn_id).where(Thumb.c.score < 0, Thumb.c.at >= since)
        down_ids = set((await self._connection.execute(downs)).scalars())
        statement = (
            select(Turn)
            .where(Turn.c.finished_at >= since)
            .where(or_(Turn.c.outcome.like("answered%"), Turn.c.outcome.in_(UNANSWERED)))
            .order_by(Turn.c.conversation_id, Turn.c.finished_at)
        )
        found: list[Poor] = []
        before: tuple[str, datetime, tuple[float, ...]] | None = None
        for row in await self._connection.execute(statement):
            question = self._keys.open(row.question_sealed)
            if not question or row.outcome in ("answered_small_talk", "answered_about_kith"):
                continue
            vector = unpacked(self._keys.open(row.vector_sealed)) if row.vector_sealed else ()
            kind = _kind(row, down_ids) or ("asked_again" if _is_again(row, vector, before) else "")
            before = (row.conversation_id, row.finished_at, vector)
            if kind:
                found.append(Poor(question, vector, kind, row.finished_at, row.nation))
        return found

    async def rested_on(self, since: datetime) -> Counter[str]:
        """Return how many answers since a time named each document as their source."""
        statement = select(Turn.c.citations).where(Turn.c.finished_at >= since, Turn.c.outcome.like("answered%"))
        named = (await self._connection.execute(statement)).scalars()
        return Counter(document for citations in named for document in {one[0] for one in citations})


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
