"""Search by meaning, in Chroma.

Chroma may write to a folder that it opens, and two processes on one folder can break it without an error.
So a built folder is never opened for searching: each reader works on its own short-lived copy.
"""

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import chromadb
import numpy as np
from chromadb import Collection
from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import ChromaError

from knowledge_base.copies import OwnCopy
from knowledge_base.embedding import Matrix
from knowledge_base.errors import IndexDamaged
from knowledge_base.records import Record

GUIDANCE = "guidance"
OTHER = "other-topics"
"""Kept apart, so that a search of the guidance never fetches what it must throw away."""
BATCH = 2000
PER_CHUNK = 3
"""Records asked for to find one chunk: its names and its whole are often neighbours."""


def _client(folder: Path) -> Client:
    """Open Chroma on a folder with its telemetry off."""
    return cast(Client, chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False)))


def write(folder: Path, records: Sequence[Record], rows: Matrix) -> None:
    """Create a Chroma folder with one row a record. An id is the record's place."""
    client = _client(folder)
    try:
        for name in (GUIDANCE, OTHER):
            collection = client.create_collection(
                name,
                configuration={"hnsw": {"space": "cosine", "ef_search": 200, "max_neighbors": 32}},
                embedding_function=None,
            )
            places = [at for at, one in enumerate(records) if (one.kind == "other") == (name == OTHER)]
            for start in range(0, len(places), BATCH):
                part = places[start : start + BATCH]
                collection.add(
                    ids=[str(at) for at in part],
                    embeddings=rows[part],
                    metadatas=[
                        {"kind": records[at].kind, "chunk": records[at].chunk, "hash": records[at].hash} for at in part
                    ],
                )
    finally:
        client.close()


class Dense:
    """A reader's own copy of a Chroma folder. It is deleted when the reader is closed or forgotten."""

    def __init__(self, built: Path) -> None:
        copy = OwnCopy(built)
        clients: list[Client] = []
        self._close = weakref.finalize(self, _discard, clients, copy)
        try:
            clients.append(_client(copy.path))
            self._read(clients[0])
        except (ChromaError, OSError, ValueError) as error:
            self.close()
            raise IndexDamaged(built.parent) from error

    def _read(self, client: Client) -> None:
        """Take the vectors into memory."""
        self._guidance = client.get_collection(GUIDANCE, embedding_function=None)
        self.rows, self._owners, self._hashes = _read_all(
            self._guidance, client.get_collection(OTHER, embedding_function=None)
        )
        """All vectors in the records' order: shape (r, d)."""
        self._count = sum(owner >= 0 for owner in self._owners)

    def known(self) -> dict[str, Matrix]:
        """Return the vectors by the hash of their text."""
        return dict(zip(self._hashes, self.rows, strict=True))

    def nearest(self, vector: Sequence[float], limit: int) -> list[int]:
        """Return about `limit` chunks, those with the nearest records first, each once; all when there are no more."""
        wanted = min(PER_CHUNK * limit, self._count)
        found = self._guidance.query(query_embeddings=[list(vector)], n_results=wanted, include=[])
        return list(dict.fromkeys(self._owners[int(one)] for one in found["ids"][0]))

    def close(self) -> None:
        """Let go of the copy and delete it."""
        self._close()


def _read_all(*collections: Collection) -> tuple[Matrix, list[int], list[str]]:
    """Return each record's vector, chunk and text hash, in the records' order."""
    told: list[tuple[int, Any, Any]] = []
    for collection in collections:
        for start in range(0, collection.count(), BATCH):
            found = collection.get(include=["embeddings", "metadatas"], limit=BATCH, offset=start)
            facts, vectors = found["metadatas"], found["embeddings"]
            if facts is not None and vectors is not None:
                told += zip(map(int, found["ids"]), facts, vectors, strict=True)
    told.sort(key=lambda one: one[0])
    rows: Matrix = np.array([vector for _, _, vector in told], dtype=np.float32)
    return rows, [int(facts["chunk"]) for _, facts, _ in told], [str(facts["hash"]) for _, facts, _ in told]


def _discard(clients: list[Client], copy: OwnCopy) -> None:
    for client in clients:
        client.close()
    copy.discard()
