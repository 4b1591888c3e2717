"""The search of `knowledge_base` as the steps see it."""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from assistant.domain.turn import Passage, Vector
from knowledge_base.found import Found
from knowledge_base.intake.hidden import without_orders
from knowledge_base.nation import place_names
from knowledge_base.search import Searcher
from knowledge_base.synonyms import sayings
from knowledge_base.wording import plain, widen
from knowledge_base.words import tokens
from rails import disagreement, page_lines
from rails.draft import Embed, ReplyVectors

GENERAL = (
    "about after again allowed apply away being benefit benefits between care cared caring carer carers change changes "
    "claim claiming costs does from get getting going have help helping home into like local look long making money moving "
    "much need needs other paid paying people person plan plans rights stopping support their them this time what when "
    "where which with work working your young adult adults children live living"
)
"""Words in titles that name no subject by themselves."""
LOOSE = (
    "help support person stop stopping rights local time money work working change changing plan plans costs bills gp "
    "hospital housing home scotland wales northern mental pay child"
)
"""Words beside which another names no subject."""


MASKED = re.compile(r"\[[A-Z_]{3,}\]")
"""What masking put in the place of a private detail: no word of the question."""
_threads = ThreadPoolExecutor(2, "search")
"""Threads of our own: the loop's usual ones belong to the durable engine, and end with it."""


@dataclass(frozen=True)
class GuidanceSearch:
    """Find passages in a worker thread, so that the index never holds up the event loop.

    `embed` makes unit vectors; with it, what a passage that nobody approved says against approved guidance is left out.
    """

    searcher: Searcher
    embed: Embed | None = None

    async def __call__(
        self,
        question: str,
        vector: Vector | None,
        nation: str = "",
        extra: Sequence[str] = (),
        limit: int = 6,
        clauses: Sequence[tuple[str, Vector]] = (),
        also: Sequence[str] = (),
    ) -> list[Passage]:
        asked = MASKED.sub(" ", question).strip() or question
        given = (asked, vector, nation, extra, limit, clauses, also)
        return await asyncio.get_running_loop().run_in_executor(_threads, self._find, *given)

    def _find(self, question: str, *given: Any) -> list[Passage]:
        found = [as_passage(one, self.embed) for one in self.searcher.find(question, *given)]
        approved = [one for one in found if not is_extra(one.document)]
        if self.embed and approved and len(approved) < len(found):
            told = [f"{one.title}\n{one.heading}\n{one.text}" for one in approved]
            found = [one if one in approved else _agreeing(one, question, told, self.embed) for one in found]
        return [one for one in found if one.text]

    @cached_property
    def _subjects(self) -> frozenset[str]:
        """Stems of the documents' titles that name a subject."""
        general = {stem for word in (*GENERAL.split(), *place_names()) for stem in tokens(word)}
        names = [*(document.title for document in self.searcher.documents), *sayings().initials.values()]
        return frozenset(stem for name in names for stem in tokens(name)) - general

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        """Stems that stand side by side in a title and name a subject only together: council tax, direct payments."""
        loose = {stem for word in LOOSE.split() for stem in tokens(word)}
        titles = [tokens(document.title) for document in self.searcher.documents]
        return frozenset(pair for one in titles for pair in pairwise(one) if loose.isdisjoint(pair))

    def names_topic(self, text: str) -> bool:
        """Whether the text names a subject of the guidance by itself, as "how much is PIP" does and "how much is it" does not."""
        meant = widen(plain(text, self.searcher.corpus.words))
        if meant.instead or not self._subjects.isdisjoint(meant.asked):
            return True
        return not self._pairs.isdisjoint(pairwise(meant.asked))


def is_extra(document: str) -> bool:
    """Whether a passage came with the question, so that nobody approved it."""
    return document.startswith("extra-")


def _agreeing(passage: Passage, question: str, approved: Sequence[str], embed: Embed) -> Passage:
    """Leave out what says otherwise than approved guidance on the question."""
    return replace(passage, text=disagreement.without(passage.text, question, approved, ReplyVectors(embed)))


def _trusted(text: str, embed: Embed | None) -> str:
    """Return what is left of a text that nobody approved when all that was slipped in is gone."""
    shown = without_orders(text)
    return page_lines.without(shown, embed, wary=shown != text)


def as_passage(found: Found, embed: Embed | None = None) -> Passage:
    """Translate the search's own value. What came with the question was approved by nobody, so what guidance never says goes."""
    text = _trusted(found.text, embed) if is_extra(found.document) else found.text
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
        found.is_plain,
    )
