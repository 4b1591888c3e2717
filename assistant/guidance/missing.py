"""What is missing in the guidance, and what each document is used for. Core of the pages and of `kith guidance`."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.roles import Act, Staff, require
from assistant.pipeline.thumbs import said
from assistant.storage.store import Work
from assistant.storage.unmet import Rested
from knowledge_base.curation.reading import documents_of
from knowledge_base.documents import Document
from knowledge_base.errors import GuidanceNotValid
from knowledge_base.gaps import Topic, Unmet, topics
from knowledge_base.intake.cautions import Standards, conflicts_of
from knowledge_base.nation import NATIONS

LOOKED_BACK = timedelta(days=56)
Embed = Callable[[Sequence[str]], Awaitable[Sequence[Sequence[float]]]]


@dataclass(frozen=True, slots=True)
class Use:
    """One published document with how many answers rested on it, and whether it is past its review date."""

    document: Document
    answers: int
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the published guidance covers. `cells` counts documents by topic and nation, `audiences` by topic and audience."""

    topics: tuple[str, ...]
    audiences_named: tuple[str, ...]
    cells: dict[tuple[str, str], int]
    audiences: dict[tuple[str, str], int]
    uses: tuple[Use, ...]
    contradictions: tuple[tuple[str, str], ...]
    """Documents with what stands against another document."""

    @property
    def stale(self) -> list[Use]:
        """Return documents past review, those that most answers rest on first."""
        return [one for one in self.uses if one.is_stale]

    @property
    def never_used(self) -> list[Use]:
        """Return documents that no answer rested on."""
        return [one for one in self.uses if not one.answers]

    @property
    def empty(self) -> list[tuple[str, str]]:
        """Return each topic and nation without a document."""
        return [(topic, nation) for topic in self.topics for nation in NATIONS if not self.cells.get((topic, nation))]


async def gaps(work: Work, staff: Staff, embed: Embed | None, now: datetime) -> list[Topic]:
    """Return the topics of questions that were not answered well.

    A question that held personal data has no kept vector; it is embedded anew from its masked words, with `embed`.
    """
    require(staff, Act.SEE_GUIDANCE)
    # "That did not help" is no question; the one before it is counted.
    poor = [one for one in await work.unmet.poor_turns(now - LOOKED_BACK) if not said(one.question, "")]
    bare = [one for one in poor if not one.vector]
    fresh = iter([tuple(row) for row in await embed([one.question for one in bare])] if embed and bare else [])
    told = [(one, one.vector or next(fresh, ())) for one in poor]
    unmet = [Unmet(one.question, vector, one.kind, one.at, one.nation) for one, vector in told if vector]
    return await asyncio.to_thread(topics, unmet, now)


async def coverage(work: Work, staff: Staff, values: dict[str, str], now: datetime) -> Coverage:
    """Return what the published guidance covers and how much it is used."""
    require(staff, Act.SEE_GUIDANCE)
    live = await work.guidance.live()
    rested_on = await work.unmet.rested_on(now - LOOKED_BACK)
    texts = {one.slug: one.source.text for one in live}

    def count() -> Coverage:
        try:
            documents = documents_of([one.source for one in live], values)
        except GuidanceNotValid:  # a contact was taken away since; what can be counted is still shown
            documents = []
        return cover(documents, texts, rested_on, now)

    return await asyncio.to_thread(count)


async def use_of(work: Work, staff: Staff, slug: str, now: datetime) -> Rested:
    """Return how one document was used lately."""
    require(staff, Act.SEE_GUIDANCE)
    return await work.unmet.use_of(slug, now - LOOKED_BACK)


def cover(documents: Sequence[Document], texts: dict[str, str], rested_on: Counter[str], now: datetime) -> Coverage:
    """Count documents by topic, nation and audience, and put what is used most first."""
    uses = [Use(one, rested_on[one.slug], one.is_overdue(now.date())) for one in documents]
    against = Standards(others=documents)
    conflicts = [(slug, caution.what) for slug, text in texts.items() for caution in conflicts_of(slug, text, against)]
    return Coverage(
        topics=tuple(sorted({one.topic for one in documents})),
        audiences_named=tuple(sorted({audience for one in documents for audience in one.audience})),
        cells=dict(Counter((one.topic, nation) for one in documents for nation in one.nations)),
        audiences=dict(Counter((one.topic, audience) for one in documents for audience in one.audience)),
        uses=tuple(sorted(uses, key=lambda one: (-one.answers, one.document.slug))),
        contradictions=tuple(conflicts),
    )
