"""All that a search needs in memory: chunks, their vectors, their words. Immutable."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from knowledge_base.chunking import Chunk, pieces
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder, Matrix
from knowledge_base.figures import SENTENCE_END
from knowledge_base.lexical import Lexical, terms
from knowledge_base.wording import Wording

LONGEST_TITLE = 12
"""Words above which a first line is taken as text, not as a title."""


@dataclass(frozen=True)
class Corpus:
    """Chunks in order; row n of each matrix belongs to chunk n. `labels` and `wholes` are empty without vectors."""

    chunks: tuple[Chunk, ...]
    labels: Matrix
    wholes: Matrix
    lexical: Lexical

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """The stems of each chunk."""
        return tuple(frozenset(terms(piece)) for piece in self.chunks)

    @cached_property
    def rarity(self) -> dict[str, float]:
        """How much a shared word says: high for a word that few chunks hold."""
        count = Counter(word for words in self.words for word in words)
        return {word: math.log(1 + (len(self.chunks) - held + 0.5) / (held + 0.5)) for word, held in count.items()}

    @cached_property
    def most_rare(self) -> float:
        """The rarity of a word that no chunk holds."""
        return math.log(1 + (len(self.chunks) + 0.5) / 0.5)

    def coverage(self, wording: Wording, at: int) -> float:
        """Return the share (0 to 1) of the question's words, weighted by rarity, that a chunk holds."""
        weights = [self.rarity.get(word, self.most_rare) for word in wording.asked]
        held = [wording.is_met(word, self.words[at]) for word in wording.asked]
        total = sum(weights)
        return sum(weight for weight, met in zip(weights, held, strict=True) if met) / total if total else 0.0

    def plus(self, texts: Sequence[str], embedder: Embedder | None) -> "Corpus":
        """Return a corpus that also holds these texts, indexed as if they had always been there."""
        added = [piece for number, text in enumerate(texts, start=1) for piece in extra_chunks(number, text)]
        chunks = (*self.chunks, *added)
        labels, wholes = self.labels, self.wholes
        if embedder and added:
            labels = np.vstack([labels, embedder.embed([_label(piece) for piece in added])]).astype(np.float32)
            wholes = np.vstack([wholes, embedder.embed([piece.whole for piece in added])]).astype(np.float32)
        return Corpus(chunks, labels, wholes, Lexical.of(chunks))


def extra_chunks(number: int, text: str) -> list[Chunk]:
    """Cut one extra text as a document `extra-<number>`; its first line is its title if it looks like one."""
    first, _, rest = text.strip().partition("\n")
    is_title = (
        bool(rest.strip()) and len(first.split()) <= LONGEST_TITLE and not first.rstrip().endswith((".", ":", ";"))
    )
    title = first.strip("# ").strip() if is_title and not first.startswith(("- ", "* ")) else ""
    return pieces(f"extra-{number}", title, rest if title else text)


def _label(piece: Chunk) -> str:
    """An extra without title or heading is known by its first sentence."""
    return piece.label or SENTENCE_END.split(piece.text)[0]


def kept_documents(documents: Sequence[Document]) -> dict[str, Document]:
    """Return documents by slug."""
    return {document.slug: document for document in documents}
