"""All that a search needs in memory: chunks, their vectors, their words. Immutable."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge_base.chunking import CHUNKS_KEPT, Chunk, pieces
from knowledge_base.embedding import Embedder
from knowledge_base.figures import SENTENCE_END
from knowledge_base.kinds import asked_for
from knowledge_base.letters import Letters
from knowledge_base.lexical import Lexical, terms
from knowledge_base.nation import place_words
from knowledge_base.records import Column, Vectors, first_line, records_of
from knowledge_base.wording import Wording
from knowledge_base.words import split, tokens

ENOUGH = 4
"""Other askings from which a section is found by them."""
PLAIN_AMONG = 8
"""Candidates that are looked at for plain words: those whose words fit best."""
PLAIN_SHARE = 0.75
"""Share of a question's words, weighted by rarity, that a section holds which plainly speaks of it."""
LONGEST_TITLE = 12
"""Words above which a first line is taken as text, not as a title."""


@dataclass(frozen=True)
class Corpus:
    """Chunks in order; place n of each part belongs to chunk n. Without an embedder extras have no vectors."""

    chunks: tuple[Chunk, ...]
    vectors: Vectors
    lexical: Lexical
    others: tuple[str, ...] = ()
    extras: int = 0
    """How many chunks at the end were added for one search."""
    spelt: "Spelt | None" = None
    """Its names by their letters, where they were worked out from those of another corpus."""

    def prepare(self) -> None:
        """Work out now what the first search would wait for."""
        _ = self.words, self.name_words, self.letters_of_names, self.other_words, self.is_opening, self.rarity
        _ = self.sparse
        self.vectors.prepare()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the guidance itself; what carers say may hold slips."""
        return frozenset().union(*map(_words_of, self.chunks))

    @cached_property
    def name_words(self) -> tuple[frozenset[str], ...]:
        """The stems of each chunk's title, heading and other askings."""
        return tuple(map(_name_words_of, self.chunks))

    @cached_property
    def letters_of_names(self) -> "Spelt":
        """The names of all chunks by their letters."""
        return self.spelt or Spelt.of(self.chunks)

    def letters(self, text: str) -> Column:
        """Return how like the letters of each chunk's nearest name are to those of the text, 0 to 1."""
        names = self.letters_of_names
        best: Column = np.maximum.reduceat(names.letters.likeness(text), names.starts)
        return best

    @cached_property
    def other_words(self) -> tuple[frozenset[str], ...]:
        """The stems of each topic that is not ours."""
        return tuple(frozenset(tokens(line)) for line in self.others)

    @cached_property
    def is_opening(self) -> NDArray[np.bool_]:
        """True for a document's opening, which says what it is about but answers no question."""
        guidance = len(self.chunks) - self.extras
        return np.array([not piece.heading and at < guidance for at, piece in enumerate(self.chunks)])

    @cached_property
    def sparse(self) -> Column:
        """How far each section has to be found by its own heading and text: 1 without other askings, 0 from four of them on.

        Guidance that ships has eight or more askings a section; what an owner has just written has few or none.
        """
        known = (len(one.asked) if one.heading else ENOUGH for one in self.chunks)
        return np.array([max(0.0, 1 - count / ENOUGH) for count in known], np.float32)

    def of_kind(self, kind: int, places: Sequence[int]) -> Column:
        """Return 1 for each section whose heading asks for the same kind of thing, else 0."""
        return np.array([asked_for(self.chunks[at].heading) == kind >= 0 for at in places], np.float32)

    def best_of_document(self, column: Column, places: Sequence[int]) -> Column:
        """Return for each place the highest value that any candidate of its document has."""
        best: dict[str, float] = {}
        names = [self.chunks[at].document for at in places]
        for name, value in zip(names, column.tolist(), strict=True):
            best[name] = max(value, best.get(name, value))
        return np.array([best[name] for name in names], np.float32)

    @cached_property
    def rarity(self) -> dict[str, float]:
        """How much a shared word says: high for a word that few chunks hold."""
        count = Counter(chain.from_iterable(map(_terms_of, self.chunks)))
        return {word: math.log(1 + (len(self.chunks) - held + 0.5) / (held + 0.5)) for word, held in count.items()}

    @cached_property
    def most_rare(self) -> float:
        """The rarity of a word that no chunk holds."""
        return math.log(1 + (len(self.chunks) + 0.5) / 0.5)

    def name_coverage(self, wordings: Sequence[Wording], places: Sequence[int]) -> Column:
        """Return the share (0 to 1) of the words, weighted by rarity, that each chunk's names hold; of the best wording."""
        best: Column = np.array([self._covered(one, places) for one in wordings], dtype=np.float32).max(axis=0)
        return best

    def _covered(self, wording: Wording, places: Sequence[int]) -> list[float]:
        asked = [word for word in wording.asked if word in self.rarity or word not in place_words()]
        weights = [(word, self.rarity.get(word, self.most_rare)) for word in asked]
        total = sum(weight for _, weight in weights) or 1.0
        held = [self.name_words[at] for at in places]
        return [sum(weight for word, weight in weights if wording.is_met(word, names)) / total for names in held]

    def plainly_told(self, wording: Wording, places: Sequence[int], bm25: Column) -> Column:
        """Return 1 for each section with few askings that holds nearly every word of a question, and not by one word alone.

        Such a section needs no likeness to other questions: nobody has told it any yet. What came with the question and was
        approved by nobody is never one.
        """
        weights = [(word, self.rarity.get(word, self.most_rare)) for word in wording.asked]
        total = sum(weight for _, weight in weights)
        told = np.zeros(len(places), np.float32)
        for row in np.argsort(-bm25, kind="stable")[:PLAIN_AMONG].tolist():
            at = places[row]
            if self.sparse[at] > 0 and at < len(self.chunks) - self.extras:
                held = sum(weight for word, weight in weights if wording.is_met(word, _terms_of(self.chunks[at])))
                told[row] = held >= PLAIN_SHARE * total and held > self.most_rare
        return told

    def other_coverage(self, wording: Wording) -> float:
        """Return the share of the question's words that the nearest topic that is not ours holds."""
        asked = set(wording.asked)
        return max((len(asked & words) for words in self.other_words), default=0) / len(asked) if asked else 0.0

    def plus(self, texts: Sequence[str], embedder: Embedder | None) -> "Corpus":
        """Return a corpus that also holds these texts, indexed as if they had always been there."""
        added = [piece for number, text in enumerate(texts, start=1) for piece in extra_chunks(number, text)]
        chunks = (*self.chunks, *added)
        rows = embedder.embed([one.text for one in records_of(added)]) if embedder else []
        return Corpus(chunks, self.vectors.plus(added, rows), Lexical.of(chunks), self.others, len(added))


@dataclass(frozen=True, slots=True)
class Spelt:
    """The names of chunks by their letters, and where each chunk's names start."""

    letters: Letters
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, chunks: Sequence[Chunk], before: "Spelt | None" = None) -> "Spelt":
        """Return those of these chunks. Names that stand in `before` too cost next to nothing."""
        names = [(piece.label or first_line(piece.text), *piece.asked) for piece in chunks]
        starts = np.cumsum([0, *(len(one) for one in names[:-1])]).astype(np.intp)
        return cls(Letters([name for one in names for name in one], before.letters if before else None), starts)


@lru_cache(maxsize=CHUNKS_KEPT)
def _words_of(piece: Chunk) -> frozenset[str]:
    return frozenset(split(piece.whole))


@lru_cache(maxsize=CHUNKS_KEPT)
def _name_words_of(piece: Chunk) -> frozenset[str]:
    return frozenset(tokens(" ".join([piece.label, *piece.asked])))


@lru_cache(maxsize=CHUNKS_KEPT)
def _terms_of(piece: Chunk) -> frozenset[str]:
    return frozenset(terms(piece))


def extra_chunks(number: int, text: str) -> list[Chunk]:
    """Cut one extra text as a document `extra-<number>`; its first line is its title if it looks like one.

    A piece without a heading has no question to be known by, so each of its sentences stands in for one.
    """
    first, _, rest = text.strip().partition("\n")
    looks_so = len(first.split()) <= LONGEST_TITLE and not first.rstrip().endswith((".", ":", ";", ","))
    if rest.strip() and looks_so and not first.startswith(("- ", "* ", "## ")):
        found = pieces(f"extra-{number}", first.strip("# ").strip(), rest)
    else:
        found = pieces(f"extra-{number}", "", text)
    return [one if one.heading else replace(one, asked=tuple(_sentences(one.text))) for one in found]


def _sentences(text: str) -> list[str]:
    return [part for line in text.split("\n") for part in SENTENCE_END.split(line.strip()) if part]
