"""Search by words: a BM25 index over title, heading and text, saved beside the vectors."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.chunking import CHUNKS_KEPT, Chunk
from knowledge_base.optional import without
from knowledge_base.wording import Wording
from knowledge_base.words import tokens

with without("scipy"):  # 10 MB and 0.06 s of the start: it makes the same index with numpy
    import bm25s

Scores = NDArray[np.float32]

LABEL_TIMES = 3
"""How often a title's and heading's words count against the text's: they say what the section is for."""
ADDED_WEIGHT = 0.5
"""What a synonym's word counts against a word that the carer wrote."""


class Lexical:
    """BM25 over chunks. Immutable once made, so any number of threads may ask it."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index
        self.vocabulary = frozenset(word for word in index.vocab_dict if word)

    @classmethod
    def of(cls, chunks: Sequence[Chunk]) -> "Lexical":
        """Index chunks; scores come back in the same order."""
        index = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        index.index([terms(chunk) for chunk in chunks], show_progress=False)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "Lexical":
        """Read an index that `save` wrote."""
        return cls(bm25s.BM25.load(folder, show_progress=False, load_vocab=True))

    def save(self, folder: Path) -> None:
        """Write the index to a new folder."""
        self._index.save(folder, show_progress=False)

    def scores(self, wording: Wording) -> Scores:
        """Return one BM25 score a chunk, 0 where no word is shared."""
        return self._sum(wording.asked) + ADDED_WEIGHT * self._sum(wording.added)

    def _sum(self, words: Sequence[str]) -> Scores:
        known = [word for word in words if word in self.vocabulary]
        if not known:
            return np.zeros(int(self._index.scores["num_docs"]), dtype=np.float32)
        found: Scores = self._index.get_scores(known)
        return found


@lru_cache(maxsize=CHUNKS_KEPT)
def terms(chunk: Chunk) -> tuple[str, ...]:
    """Return the words that a chunk is found by, its label's words counted several times."""
    return (*tokens(chunk.label) * LABEL_TIMES, *tokens(" ".join(chunk.asked)), *tokens(chunk.text))
