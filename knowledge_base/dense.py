"""Search by meaning: two vectors a chunk in Chroma, one of its label and one of the whole.

Chroma may write to a folder that it opens, and two processes on one folder can break it without an error.
So a built folder is never opened for searching: each reader works on its own short-lived copy.
"""

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings

from knowledge_base.chunking import Chunk
from knowledge_base.embedding import Matrix, Vector

COLLECTION = "guidance"
BATCH = 2000


def _client(folder: Path) -> Client:
    """Open Chroma on a folder with its telemetry off."""
    return cast(Client, chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False)))


def write(folder: Path, chunks: Sequence[Chunk], labels: Matrix, wholes: Matrix) -> None:
    """Create a Chroma folder that holds both vectors of every chunk. Row n belongs to chunk n."""
    client = _client(folder)
    try:
        collection = client.create_collection(
            COLLECTION,
            configuration={"hnsw": {"space": "cosine", "ef_search": 200, "max_neighbors": 32}},
            embedding_function=None,
        )
        for kind, rows in (("label", labels), ("whole", wholes)):
            for start in range(0, len(chunks), BATCH):
                part = range(start, min(start + BATCH, len(chunks)))
                collection.add(
                    ids=[f"{kind}:{at}" for at in part],
                    embeddings=rows[part.start : part.stop],
                    metadatas=[{"document": chunks[at].document, "chunk": chunks[at].id} for at in part],
                )
    finally:
        client.close()


class Dense:
    """A reader's own copy of a Chroma folder, with the vectors also in memory for exact likeness.

    The copy is deleted when the reader is closed or forgotten.
    """

    def __init__(self, built: Path, count: int) -> None:
        """Open a copy of `built`, which holds `count` chunks."""
        self._copy = Path(tempfile.mkdtemp(prefix="kith-index-"))
        shutil.copytree(built, self._copy / "chroma")
        client = _client(self._copy / "chroma")
        self._close = weakref.finalize(self, _discard, client, self._copy)
        self._collection = client.get_collection(COLLECTION, embedding_function=None)
        self.labels = self._read("label", count)
        self.wholes = self._read("whole", count)

    def _read(self, kind: str, count: int) -> Matrix:
        """Return the vectors of one kind in the chunks' order."""
        found = self._collection.get(ids=[f"{kind}:{at}" for at in range(count)], include=["embeddings"])
        embeddings = np.asarray(found["embeddings"], dtype=np.float32)
        order = np.argsort([int(one.partition(":")[2]) for one in found["ids"]])
        rows: Matrix = embeddings[order]
        return rows

    def nearest(self, vector: Vector | Sequence[float], limit: int) -> list[int]:
        """Return the chunks nearest by either vector, nearest first, each once."""
        wanted = min(2 * limit, 2 * len(self.wholes))
        found = self._collection.query(query_embeddings=[list(vector)], n_results=wanted, include=["distances"])
        return list(dict.fromkeys(int(one.partition(":")[2]) for one in found["ids"][0]))

    def close(self) -> None:
        """Let go of the copy and delete it."""
        self._close()


def _discard(client: Client, copy: Path) -> None:
    client.close()
    shutil.rmtree(copy, ignore_errors=True)
