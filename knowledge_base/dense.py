"""Search by meaning, in Chroma.

Chroma may write to a folder that it opens, and two processes on one folder can break it without an error.
So a built folder is never opened for searching: each reader works on its own short-lived copy.

Several machines share a Chroma server instead: the vectors of a version stand there in collections named by it.

Where so few chunks are allowed that each is compared, Chroma is not asked at all. So beside its folder the same rows
stand in a plain file, and a process whose guidance is of a council's size never loads Chroma (100 MB, 2 s).
"""

import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zipfile import BadZipFile

import numpy as np

from knowledge_base import chroma_server
from knowledge_base.copies import OwnCopy
from knowledge_base.embedding import Matrix
from knowledge_base.errors import IndexDamaged
from knowledge_base.records import Record

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client

GUIDANCE = "guidance"
OTHER = "other-topics"
"""Kept apart, so that a search of the guidance never fetches what it must throw away."""
Got = TypeVar("Got")
BATCH = 2000
PER_CHUNK = 3
"""Records asked for to find one chunk: its names and its whole are often neighbours."""
ROWS = "vectors.npz"
"""The file beside Chroma's folder."""


def _client(folder: Path) -> "Client":
    """Open Chroma on a folder with its telemetry off."""
    import chromadb
    from chromadb.config import Settings

    return cast("Client", chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False)))


def write(folder: Path, version: str, records: Sequence[Record], rows: Matrix) -> None:
    """Create a Chroma folder with one row a record, or collections on the server. An id is the record's place."""
    if server := chroma_server.in_use():
        with chroma_server.reached(server) as shared:
            _fill(shared, chroma_server.prefix(version), records, rows)
        return
    client = _client(folder)
    try:
        _fill(client, "", records, rows)
    finally:
        client.close()
    owners, hashes = [one.chunk for one in records], [one.hash for one in records]
    np.savez(folder.parent / ROWS, rows=rows, owners=np.array(owners), hashes=np.array(hashes))


def _fill(client: "ClientAPI", prefix: str, records: Sequence[Record], rows: Matrix) -> None:
    """Put every record into its collection. Two machines may do so at once: both write the same rows."""
    for name in (GUIDANCE, OTHER):
        collection = client.get_or_create_collection(
            prefix + name,
            configuration={"hnsw": {"space": "cosine", "ef_search": 200, "max_neighbors": 32}},
            embedding_function=None,
        )
        places = [at for at, one in enumerate(records) if (one.kind == "other") == (name == OTHER)]
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            facts: list[Any] = [
                {"kind": records[at].kind, "chunk": records[at].chunk, "hash": records[at].hash} for at in part
            ]
            collection.upsert(ids=[str(at) for at in part], embeddings=rows[part], metadatas=facts)


def is_built(folder: Path, version: str, records: Callable[[], int]) -> bool:
    """Whether the vectors of a version are all where they are searched for."""
    server = chroma_server.in_use()
    if not server:
        return folder.is_dir() and (folder.parent / ROWS).is_file()
    with chroma_server.reached(server) as client:
        names = {one.name for one in client.list_collections()}
        wanted = [chroma_server.prefix(version) + name for name in (GUIDANCE, OTHER)]
        return names.issuperset(wanted) and records() == sum(
            client.get_collection(name, embedding_function=None).count() for name in wanted
        )


def forget(version: str) -> None:
    """Remove the vectors of an old version from the server. A process that still has them open searches in memory."""
    if server := chroma_server.in_use():
        with chroma_server.reached(server) as client:
            for one in client.list_collections():
                if one.name.startswith(chroma_server.prefix(version)):
                    client.delete_collection(one.name)


class Dense:
    """A reader's view of one version's vectors, and of Chroma once it is asked: an own copy of the folder, or the server.

    The copy is deleted when the reader is closed or forgotten.
    """

    def __init__(self, built: Path) -> None:
        """Take the vectors into memory. Raises `IndexDamaged`."""
        self._built = built
        self._clients: list[ClientAPI] = []
        self._copies: list[OwnCopy] = []
        self._close = weakref.finalize(self, _discard, self._clients, self._copies)
        self._opening = Lock()
        self._collection: Collection | None = None
        rows = built.parent / ROWS
        if not chroma_server.in_use() and rows.is_file():
            self.rows, self._owners, self._hashes = self._unless_damaged(lambda: _read_rows(rows))
            """All vectors in the records' order: shape (r, d)."""
        else:
            self.open()
            other = self._collection_of(OTHER)
            self.rows, self._owners, self._hashes = self._unless_damaged(lambda: _read_all(self.open(), other))
        self._count = sum(owner >= 0 for owner in self._owners)

    def open(self) -> "Collection":
        """Open Chroma, once, and return the guidance's collection. Raises `IndexDamaged`."""
        with self._opening:
            if self._collection is None:
                if server := chroma_server.in_use():
                    self._clients.append(chroma_server.connect(server))
                else:
                    self._unless_damaged(lambda: self._copies.append(OwnCopy(self._built)))
                    self._clients.append(self._unless_damaged(lambda: _client(self._copies[0].path)))
                self._collection = self._collection_of(GUIDANCE)
            return self._collection

    def _collection_of(self, kind: str) -> "Collection":
        prefix = chroma_server.prefix(self._built.parent.name) if chroma_server.in_use() else ""
        return self._unless_damaged(lambda: self._clients[0].get_collection(prefix + kind, embedding_function=None))

    def _unless_damaged(self, read: Callable[[], Got]) -> Got:
        try:
            return read()
        except chroma_server.faults() as error:
            self.close()
            raise IndexDamaged(self._built.parent) from error

    def known(self) -> dict[str, Matrix]:
        """Return the vectors by the hash of their text."""
        return dict(zip(self._hashes, self.rows, strict=True))

    def nearest(self, vector: Sequence[float], limit: int) -> list[int]:
        """Return about `limit` chunks, those with the nearest records first, each once; all when there are no more."""
        wanted = min(PER_CHUNK * limit, self._count)
        try:
            found = self.open().query(query_embeddings=[list(vector)], n_results=wanted, include=[])
            places = [int(one) for one in found["ids"][0]]
        except chroma_server.away():
            if not chroma_server.in_use():
                raise
            # The server is away, or a newer version took the place of this one: slower, but no carer goes without.
            order = np.argsort(-(self.rows @ np.asarray(vector, dtype=np.float32)), kind="stable")
            places = [int(at) for at in order if self._owners[at] >= 0][:wanted]
        return list(dict.fromkeys(self._owners[at] for at in places))

    def close(self) -> None:
        """Let go of the copy and delete it."""
        self._close()


def _read_rows(file: Path) -> tuple[Matrix, list[int], list[str]]:
    """Return what stands in the plain file: each record's vector, chunk and text hash, in the records' order."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            rows: Matrix = kept["rows"]
            return rows, kept["owners"].tolist(), kept["hashes"].tolist()
    except (BadZipFile, KeyError, EOFError) as error:
        raise ValueError(file.name) from error


def _read_all(*collections: "Collection") -> tuple[Matrix, list[int], list[str]]:
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


def _discard(clients: "list[ClientAPI]", copies: list[OwnCopy]) -> None:
    for client in clients:
        cast("Client", client).close()
    for copy in copies:
        copy.discard()
