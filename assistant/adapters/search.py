"""The search of `knowledge_base` as the steps see it."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from assistant.domain.turn import Passage, Vector
from knowledge_base.intake.hidden import without_orders
from knowledge_base.nation import place_names
from knowledge_base.search import Found, Searcher
from knowledge_base.synonyms import sayings
from knowledge_base.wording import plain, widen
from knowledge_base.words import tokens
from rails import out_of_place

GENERAL = (
    "about after again allowed apply away being benefit benefits between care cared caring carer carers change changes "
    "claim claiming costs does from get getting going have help helping home into like local look long making money moving "
    "much need needs other paid paying people person plan plans rights stopping support their them this time what when "
    "where which with work working your young adult adults children"
)
"""Words in titles that name no subject by themselves."""


_threads = ThreadPoolExecutor(2, "search")
"""Threads of our own: the loop's usual ones belong to the durable engine, and end with it."""


@dataclass(frozen=True)
class GuidanceSearch:
    """Find passages in a worker thread, so that the index never holds up the event loop."""

    searcher: Searcher

    async def __call__(
        self,
        question: str,
        vector: Vector | None,
        nation: str = "",
        extra: Sequence[str] = (),
        limit: int = 6,
        clauses: Sequence[tuple[str, Vector]] = (),
    ) -> list[Passage]:
        given = (question, vector, nation, extra, limit, clauses)
        found = await asyncio.get_running_loop().run_in_executor(_threads, self.searcher.find, *given)
        return [passage for one in found if (passage := as_passage(one)).text]

    @cached_property
    def _subjects(self) -> frozenset[str]:
        """Stems of the documents' titles that name a subject."""
        general = {stem for word in (*GENERAL.split(), *place_names()) for stem in tokens(word)}
        names = [*(document.title for document in self.searcher.documents), *sayings().initials.values()]
        return frozenset(stem for name in names for stem in tokens(name)) - general

    def names_topic(self, text: str) -> bool:
        """Whether the text names a subject of the guidance by itself, as "how much is PIP" does and "how much is it" does not."""
        meant = widen(plain(text, self.searcher.corpus.words))
        return bool(meant.instead) or not self._subjects.isdisjoint(meant.asked)


def as_passage(found: Found) -> Passage:
    """Translate the search's own value. What came with the question was approved by nobody, so what guidance never says goes."""
    text = out_of_place.without(without_orders(found.text)) if found.document.startswith("extra-") else found.text
    return Passage(
        found.document,
        found.title,
        found.heading,
        text,
        found.url,
        found.reviewed_on,
        found.score,
        tuple(found.nations),
        found.is_overdue,
        found.is_of_kind,
    )
