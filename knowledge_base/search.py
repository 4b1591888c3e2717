"""Find the approved passages that answer a question: by meaning and by words, fused, with a calibrated floor."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from knowledge_base import index
from knowledge_base.candidates import EXACT, FETCH, Candidates
from knowledge_base.chunking import Chunk
from knowledge_base.corpus import Corpus, Spelt
from knowledge_base.dense import Dense
from knowledge_base.embedding import Embedder, Matrix
from knowledge_base.errors import ExtraNeedsEmbedder
from knowledge_base.found import Found, found_in
from knowledge_base.fusion import PLAINLY, Calibration, Ranked, Signals, with_sparse
from knowledge_base.kinds import asked_for
from knowledge_base.lens import PLAIN, Lens
from knowledge_base.lexical import Lexical
from knowledge_base.nation import NATIONS, asked_in, detect, doubted
from knowledge_base.records import Vectors
from knowledge_base.shift import Shift
from knowledge_base.wording import plain, widen

UNLIKELY, FITS, AS_LIKELY = 0.5, 0.8, 2.0
"""The best passage here is less likely than the first; one of another nation at least as likely as the second, and by so many times."""
A_DOCUMENT = 3
"""Passages of one document that may stand before those of others: as many as an answer shows."""
EXTRA_KEPT = 8
"""Sets of extra passages whose index is kept, for the next line of the same chat."""


Clause = tuple[str, Sequence[float]]
"""A part of a long message, and its embedding."""
ENOUGH_WORDS = 3
"""Meaningful words that a part of a message needs for its words to count by themselves."""


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
        before: "Searcher | None" = None,
    ) -> None:
        self.version = manifest.version
        self.documents = manifest.documents
        self._by_slug = {document.slug: document for document in manifest.documents}
        self._dense = dense
        self._manifest = manifest
        lens = Lens.of(manifest.model_hash)
        self._turned = _turned(dense, lens, before)
        vectors = Vectors.turned(manifest.chunks, self._turned, lens)
        spelt = Spelt.of(manifest.chunks, before.corpus.letters_of_names) if before else None
        self.corpus: Corpus = Corpus(manifest.chunks, vectors, lexical, manifest.others, spelt=spelt)
        self._candidates = Candidates(self.corpus, dense)
        self._default_nation = default_nation
        self._embedder = embedder
        self._shift = _shift(embedder, before)
        self._today = today
        self._with_extra = lru_cache(maxsize=EXTRA_KEPT)(self._add_extra)
        self._allowed = lru_cache(maxsize=len(NATIONS))(self._may_see)

    @classmethod
    def open(
        cls,
        root: Path,
        default_nation: str = "england",
        embedder: Embedder | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        version: str = "",
        before: "Searcher | None" = None,
    ) -> Self:
        """Open the live version under `root`, or an earlier one that is still there, so that no search waits for anything.

        Args:
            root: As given to `index.build`.
            default_nation: Searched when neither the caller nor the question names a nation.
            embedder: Needed only for `extra` passages; the same model that built the index.
            today: Tells the day that review dates and figures are judged by.
            version: The name of an earlier version.
            before: A search that is open: what it worked out is taken over where the guidance is the same.

        Raises:
            IndexNotBuilt: Nothing was built yet, or the earlier version is gone.
        """
        for last in (False, False, True):
            manifest, folder = index.live_version(root, version)
            try:
                lexical = Lexical.load(folder / "lexical")
                dense = Dense(folder)
                searcher = cls(manifest, dense, lexical, default_nation, embedder, today, before)
                searcher.corpus.prepare()
                if len(manifest.chunks) > EXACT:  # Chroma reads its folder when it is first asked
                    dense.open_beside() if before else dense.nearest(dense.rows[0].tolist(), FETCH)
                return searcher
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
        clauses: Sequence[Clause] = (),
        also: Iterable[str] = (),
    ) -> list[Found]:
        """Return the passages about a question, best first; none when nothing is good enough.

        Where it is not plain which nation is meant, only what is right for each that may be.

        Args:
            text: The question in the carer's words.
            vector: Its embedding, unit length; without it only the words count.
            nation: Asked nation; "" takes the one that the text names, else the default.
            extra: Passages that count for this call only, as documents `extra-1`, `extra-2` ….
            limit: Most passages to return.
            clauses: The parts of a long message with their embeddings, so that a question inside a story is seen.
            also: Nations that may be meant too, "" for the default one. Heard from the text where no nation is asked.
        """
        said = nation or detect(text)
        others = frozenset(also) | (frozenset() if nation else doubted(text))
        corpus = self._with_extra(tuple(extra), vector is not None) if any(extra) else self.corpus
        asked = said or self._default_nation
        meant, own, ways = self.as_meant(text, vector, clauses, asked)

        def rank(nation: str) -> list[Ranked]:
            return Calibration.fitted().rank(self.signals(corpus, meant, own, nation, ways, len(clauses)))

        ranked = rank(asked)
        if not said:
            others |= self._better_elsewhere(rank, ranked)
        fit = _spread(self._right_for(others, ranked), corpus)
        return [self._found(corpus.chunks[one.at], one) for one in fit[:limit]]

    def _right_for(self, nations: Iterable[str], ranked: Sequence[Ranked]) -> list[Ranked]:
        """Leave out what is not right for every one of some nations. What came with the question is of none."""
        seen = [self.allowed(one or self._default_nation) for one in nations]
        extra = len(self.corpus.chunks)
        return [one for one in ranked if one.at >= extra or all(one.at in places for places in seen)]

    def _better_elsewhere(self, rank: Callable[[str], list[Ranked]], ranked: Sequence[Ranked]) -> frozenset[str]:
        """Return the nations whose own guidance fits plainly better than anything here that is likely.

        A question that names no nation may still be about what only one has: "is it still £100 a week at most?".
        """
        if not ranked or ranked[0].score >= UNLIKELY:
            return frozenset()
        here = self.allowed(self._default_nation)
        best = {nation: rank(nation)[:1] for nation in NATIONS if nation != self._default_nation}
        least = max(FITS, AS_LIKELY * ranked[0].score)
        return frozenset(
            nation for nation, first in best.items() if first and first[0].at not in here and first[0].score >= least
        )

    def as_meant(
        self, text: str, vector: Sequence[float] | None, clauses: Sequence[Clause] = (), nation: str = ""
    ) -> tuple[str, Sequence[float] | None, Sequence[Clause]]:
        """Return the question in plain words, with the nation that it is asked for. What was written stays as one more way of asking it.

        In a large corpus, where time counts, the vector is moved toward the nation; else the question is embedded anew.
        """
        repaired = plain(text, self.corpus.words)
        meant = asked_in(nation, repaired)
        if meant == text or vector is None or self._embedder is None or self._shift is None:
            return meant, vector, clauses
        is_only_moved = repaired == text and len(self.allowed(nation)) > EXACT
        own = self._shift.toward(nation, vector) if is_only_moved else self._embedder.embed([meant])[0]
        return meant, own, (*clauses, (text, vector))

    def signals(
        self,
        corpus: Corpus,
        text: str,
        vector: Sequence[float] | None,
        nation: str,
        clauses: Sequence[Clause] = (),
        parts_asked: int | None = None,
    ) -> Signals:
        """Gather the candidates that this nation may see, with what speaks for each and for the message, as it was meant.

        Of the clauses the first `parts_asked` ask something of their own; the rest is the question in other words, whose
        neighbours need not be sought again in a large corpus. Left out, all ask something.
        """
        wording = widen(text)
        parts = [widen(plain(part, self.corpus.words)) for part, _ in clauses]
        bm25 = corpus.lexical.scores(wording)
        letters = corpus.letters(text)
        asked = [] if vector is None else [vector, *(own for _, own in clauses)]
        sought = asked[: None if parts_asked is None else 1 + parts_asked]
        places = self._candidates.among(corpus, asked, sought, (bm25, letters), self.allowed(nation))
        coverage = corpus.name_coverage([wording, *(one for one in parts if len(one.asked) >= ENOUGH_WORDS)], places)
        columns = {
            "bm25": np.log1p(bm25[places] / corpus.most_rare),  # so that the size of the corpus does not matter
            "letters": letters[places],
            "name_coverage": coverage,
            "opening": corpus.is_opening[places].astype(np.float32),
            "kind": corpus.of_kind(asked_for(text), places),
            PLAINLY: corpus.plainly_told(wording, places, bm25[places]),
        }
        message = {"coverage": float(coverage.max(initial=0.0)), "length": math.sqrt(len(text.split()))}
        if vector is None:
            message["other_words"] = corpus.other_coverage(wording)
        else:
            columns["name"], columns["whole"] = corpus.vectors.likeness(asked, places)
            columns["document"] = corpus.best_of_document(columns["name"], places)
            message["name"] = float(columns["name"].max(initial=0.0))
            message["other"], message["strange"] = corpus.vectors.strangeness(vector)
        return Signals(places, with_sparse(columns, corpus.sparse[places]), message, by_words_only=vector is None)

    def allowed(self, nation: str) -> frozenset[int]:
        """Return the places of the chunks that may be shown today to somebody in this nation; no others ever are."""
        return self._allowed(nation, self._today())

    def _may_see(self, nation: str, today: date) -> frozenset[int]:
        """Return the chunks that are right for the nation and not too far past review."""
        seen = {one.slug for one in self.documents if nation in one.nations and not one.is_withdrawn(today)}
        return frozenset(at for at, piece in enumerate(self.corpus.chunks) if piece.document in seen)

    def _found(self, piece: Chunk, ranked: Ranked) -> Found:
        """Give a chunk its source and take out figures past their last day."""
        today = self._today()
        document = self._by_slug.get(piece.document)
        if document is None:
            return Found(piece.document, piece.title, piece.heading, piece.text, "", today, ranked.score, NATIONS)
        return found_in(document, piece, ranked, today)

    def _add_extra(self, texts: tuple[str, ...], with_vectors: bool) -> Corpus:
        """Index extra passages with the rest."""
        if with_vectors and self._embedder is None:
            raise ExtraNeedsEmbedder
        return self.corpus.plus(texts, self._embedder if with_vectors else None)

    def related(self, document: str, heading: str, limit: int = 3) -> list[Found]:
        """Return other sections of a document, those nearest to a section's subject first."""
        own = [at for at, piece in enumerate(self.corpus.chunks) if piece.document == document and piece.heading]
        here = next((at for at in own if self.corpus.chunks[at].heading == heading), None)
        if here is None:
            return []
        likeness = self.corpus.vectors.wholes[own] @ self.corpus.vectors.wholes[here]
        others = [(float(like), at) for like, at in zip(likeness, own, strict=True) if at != here]
        return [
            found_in(self._by_slug[document], self.corpus.chunks[at], Ranked(at, max(0.0, like)), self._today())
            for like, at in sorted(others, key=lambda one: -one[0])[:limit]
        ]

    def unturned(self) -> Vectors:
        """Return the vectors as the model made them, without the lens, to learn a new one from."""
        return Vectors.of(self._manifest.chunks, self._dense.rows)

    def settle(self) -> None:
        """Wait until nothing is opened in the background any more."""
        self._dense.wait()

    def close(self) -> None:
        """Delete this reader's copy of the index."""
        self._dense.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _turned(dense: Dense, lens: Lens, before: Searcher | None) -> Matrix:
    """Return all vectors through the lens; those that another search put through it are taken from there."""
    if before is None or before.corpus.vectors.lens is not lens or lens is PLAIN:
        return lens.rows(dense.rows)
    held = {one: at for at, one in enumerate(before._dense.hashes)}
    places = np.array([held.get(one, -1) for one in dense.hashes], dtype=np.intp)
    turned, new = before._turned[places], np.flatnonzero(places < 0)
    turned[new] = lens.rows(dense.rows[new])
    return turned


def _shift(embedder: Embedder | None, before: Searcher | None) -> Shift | None:
    """Return what moves questions toward nations; another search's, when it has the same embedder."""
    if before and before._shift and before._shift.serves(embedder):
        return before._shift
    return Shift(embedder) if embedder else None


def _spread(ranked: Sequence[Ranked], corpus: Corpus) -> list[Ranked]:
    """Let no document take more than three of the first places: a carer may have meant the next."""
    first: list[Ranked] = []
    later: list[Ranked] = []
    seen = Counter[str]()
    for one in ranked:
        document = corpus.chunks[one.at].document
        seen[document] += 1
        (first if seen[document] <= A_DOCUMENT else later).append(one)
    return [*first, *later]
