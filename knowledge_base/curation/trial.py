"""Search a set of documents in memory, without touching the live index: to try a draft beside what is published."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import numpy as np

from knowledge_base.chunking import chunk
from knowledge_base.dense import Dense
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder, Matrix
from knowledge_base.files import text_hash
from knowledge_base.index import FORMAT, Manifest, version_of
from knowledge_base.lexical import Lexical
from knowledge_base.records import Marks, other_topics, texts_of
from knowledge_base.rows import Rows
from knowledge_base.search import Searcher


class MemoryDense:
    """Vectors in memory with the face of `Dense`."""

    def __init__(self, kept: Rows) -> None:
        self._kept = kept
        self.rows = kept.rows

    @property
    def hashes(self) -> Sequence[str]:
        """The hash of the text behind each row."""
        return self._kept.hashes

    def known(self) -> dict[str, Matrix]:
        """Return the vectors by the hash of their text."""
        return self._kept.known()

    def nearest(self, vector: Sequence[float], limit: int) -> list[int]:
        """Return the chunks with the nearest records, each once."""
        order = np.argsort(-(self.rows @ np.asarray(vector, dtype=np.float32)), kind="stable")
        owners = self._kept.owners[order].tolist()
        return list(dict.fromkeys(one for one in owners if one >= 0))[:limit]

    def close(self) -> None:
        """There is nothing to let go of."""


def trial_searcher(
    documents: Sequence[Document],
    embedder: Embedder,
    known: Mapping[str, Any],
    default_nation: str,
    today: Callable[[], date],
) -> Searcher:
    """Return a search over these documents. Only texts whose vector is not `known` (by text hash) are embedded."""
    chunks = tuple(piece for document in documents for piece in chunk(document))
    version = version_of(documents, embedder.model_hash)
    hashes = tuple(one.hash for one in chunks)
    manifest = Manifest(version, FORMAT, embedder.model_hash, tuple(documents), chunks, hashes, other_topics())
    marks = Marks.of(chunks, manifest.others)
    missing = list(texts_of(chunks, manifest.others, set(marks.hashes) - known.keys()).values())
    vectors = dict(known)
    vectors.update(zip(map(text_hash, missing), np.array(embedder.embed(missing), dtype=np.float32), strict=True))
    rows = Rows.of(marks, vectors, embedder.model_hash)
    dense = cast(Dense, MemoryDense(rows))
    return Searcher(manifest, dense, Lexical.of(chunks), default_nation, embedder, today)
