"""Find the approved passages that answer a question: by meaning and by words, fused, with a calibrated floor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from knowledge_base import index
from knowledge_base.chunking import Chunk
from knowledge_base.corpus import Corpus
from knowledge_base.dense import Dense
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder
from knowledge_base.errors import ExtraNeedsEmbedder
from knowledge_base.figures import without_past_figures
from knowledge_base.fusion import Fusion, Ranked, Signals
from knowledge_base.lexical import Lexical
from knowledge_base.nation import NATIONS, detect
from knowledge_base.wording import widen

FETCH = 24
"""Passages that each way of searching puts forward before they are fused."""
EXTRA_KEPT = 8
"""Sets of extra passages whose index is kept, for the next line of the same chat."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its source. `score` is the likelihood, 0 to 1, that it is about what was asked."""

    document: str
    title: str
    heading: str
    text: str
    url: str
    reviewed_on: date
    score: float
    nations: tuple[str, ...]
    is_overdue: bool = False
    """True when the document is past its review date: the reader must be told."""


class Searcher:
    """Searches one built version. Safe to share between threads. Never writes to the index folder."""

    def __init__(
        self,
        manifest: index.Manifest,
        dense: Dense,
        lexical: Lexical,
        default_nation: str,
        embedder: Embedder | None,
        today: Callable[[], date],
    ) -> None:
        self.version = manifest.version
        self.documents = manifest.documents
        self._by_slug = {document.slug: document for document in manifest.documents}
        self._dense = dense
        self._corpus = Corpus(manifest.chunks, dense.labels, dense.wholes, lexical)
        self._default_nation = default_nation
        self._embedder = embedder
        self._today = today
        self._fusion = Fusion.calibrated()
        self._with_extra = lru_cache(maxsize=EXTRA_KEPT)(self._add_extra)

    @classmethod
    def open(
        cls,
        root: Path,
        default_nation: str = "england",
        embedder: Embedder | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> Self:
        """Open the live version under `root`.

        Args:
            root: As given to `index.build`.
            default_nation: Searched when neither the caller nor the question names a nation.
            embedder: Needed only for `extra` passages; the same model that built the index.
            today: Tells the day that review dates and figures are judged by.

        Raises:
            IndexNotBuilt: Nothing was built yet.
        """
        for last in (False, False, True):
            manifest, folder = index.live_version(root)
            try:
                lexical = Lexical.load(folder / "lexical")
                dense = Dense(folder / "chroma", len(manifest.chunks))
                return cls(manifest, dense, lexical, default_nation, embedder, today)
            except FileNotFoundError:  # a builder swapped twice meanwhile and removed this version
                if last:
                    raise
        raise AssertionError

    def find(
        self,
        text: str,
        vector: Sequence[float] | None,
        nation: str = "",
        extra: Sequence[str] = (),
        limit: int = 6,
    ) -> list[Found]:
        """Return the passages about a question, best first; none when nothing is good enough.

        Args:
            text: The question in the carer's words.
            vector: Its embedding, unit length; without it only the words count.
            nation: Asked nation; "" takes the one that the text names, else the default.
            extra: Passages that count for this call only, as documents `extra-1`, `extra-2` ….
            limit: Most passages to return.
        """
        nation = nation or detect(text) or self._default_nation
        corpus = self._with_extra(tuple(extra), vector is not None) if any(extra) else self._corpus
        signals = self._signals(corpus, text, vector, nation)
        ranked = self._fusion.rank(signals)
        return [self._found(corpus.chunks[one.at], one) for one in ranked[:limit]]

    def _signals(self, corpus: Corpus, text: str, vector: Sequence[float] | None, nation: str) -> Signals:
        """Gather the candidates that this nation may see, with what speaks for each."""
        today = self._today()
        wording = widen(text, corpus.lexical.vocabulary)
        bm25 = corpus.lexical.scores(wording)
        allowed = {at for at, piece in enumerate(corpus.chunks) if self._may_see(piece, nation, today)}
        by_words = [int(at) for at in np.argsort(-bm25, kind="stable") if bm25[at] > 0 and int(at) in allowed][:FETCH]
        by_meaning = self._nearest(vector, allowed) if vector is not None else []
        extras = range(len(self._corpus.chunks), len(corpus.chunks))
        places = list(dict.fromkeys([*by_meaning, *by_words, *extras]))
        ask = np.asarray(vector, dtype=np.float32) if vector is not None else None
        return Signals(
            places=places,
            label=None if ask is None else corpus.labels[places] @ ask,
            whole=None if ask is None else corpus.wholes[places] @ ask,
            bm25=bm25[places],
            coverage=np.array([corpus.coverage(wording, at) for at in places], dtype=np.float32),
        )

    def _nearest(self, vector: Sequence[float], allowed: set[int]) -> list[int]:
        """Return the nearest allowed chunks, asking for more until there are enough."""
        fetch, count = FETCH, len(self._corpus.chunks)
        while True:
            found = [at for at in self._dense.nearest(vector, fetch) if at in allowed]
            if len(found) >= FETCH or fetch >= count:
                return found[:FETCH]
            fetch *= 2

    def _may_see(self, piece: Chunk, nation: str, today: date) -> bool:
        """Tell whether a chunk is right for the nation and not too far past review. Extras always are."""
        document = self._by_slug.get(piece.document)
        return document is None or (nation in document.nations and not document.is_withdrawn(today))

    def _found(self, piece: Chunk, ranked: Ranked) -> Found:
        """Give a chunk its source and take out figures past their last day."""
        today = self._today()
        document = self._by_slug.get(piece.document)
        if document is None:
            return Found(piece.document, piece.title, piece.heading, piece.text, "", today, ranked.score, NATIONS)
        return _found_in(document, piece, ranked.score, today)

    def _add_extra(self, texts: tuple[str, ...], with_vectors: bool) -> Corpus:
        """Index extra passages with the rest."""
        if with_vectors and self._embedder is None:
            raise ExtraNeedsEmbedder
        return self._corpus.plus(texts, self._embedder if with_vectors else None)

    def related(self, document: str, heading: str, limit: int = 3) -> list[Found]:
        """Return other sections of a document, those nearest to a section's subject first."""
        own = [at for at, piece in enumerate(self._corpus.chunks) if piece.document == document and piece.heading]
        here = next((at for at in own if self._corpus.chunks[at].heading == heading), None)
        if here is None:
            return []
        likeness = self._corpus.labels[own] @ self._corpus.labels[here]
        others = [(float(like), at) for like, at in zip(likeness, own, strict=True) if at != here]
        return [
            _found_in(self._by_slug[document], self._corpus.chunks[at], max(0.0, like), self._today())
            for like, at in sorted(others, key=lambda one: -one[0])[:limit]
        ]

    def close(self) -> None:
        """Delete this reader's copy of the index."""
        self._dense.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _found_in(document: Document, piece: Chunk, score: float, today: date) -> Found:
    return Found(
        document=document.slug,
        title=document.title,
        heading=piece.heading,
        text=without_past_figures(piece.text, document.figures, today),
        url=document.url,
        reviewed_on=document.reviewed_on,
        score=score,
        nations=document.nations,
        is_overdue=document.is_overdue(today),
    )
