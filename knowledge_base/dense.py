"""Search by meaning, in Chroma.

Chroma may write to a folder that it opens, and two processes on one folder can break it without an error.
So a built folder is never opened for searching: each reader works on its own short-lived copy.

Several machines share a Chroma server instead: the vectors of a version stand there in collections named by it.

Where so few chunks are allowed that each is compared, Chroma is not asked at all. So beside its folder the same rows
stand in a plain file, and a process whose guidance is of a council's size never loads Chroma (100 MB, 2 s).

A row's id in Chroma is the hash of its text. So a publication takes over the folder of the version before, and writes
only the texts that came, and takes out those that went.
"""

import shutil
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Self, TypeVar, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

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
Got = TypeVar("Got")
BATCH = 2000
PER_CHUNK = 3
"""Records asked for to find one chunk: its names and its whole are often neighbours."""
ROWS = "vectors.npz"
"""The file beside Chroma's folder."""
WORN = 0.25
"""When so large a share of a folder's texts came and went, it is written anew: what is taken out of it stays as a gap."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands in the plain file: each record's vector, chunk and text hash, in the records' order."""

    rows: Matrix
    owners: NDArray[np.intp]
    hashes: Sequence[str]
    model: str = ""
    """The hash of the model that made them; empty in files of an older Kith."""
    edits: int = 0
    """Texts put into and taken out of Chroma's folder since it was written whole."""

    @classmethod
    def of(cls, records: Sequence[Record], hashes: Sequence[str], known: Mapping[str, Matrix], model: str) -> Self:
        """Return the rows of these records, whose texts have these hashes. `known` holds the vector of each hash."""
        owners = np.array([one.chunk for one in records], dtype=np.intp)
        return cls(np.stack([known[one] for one in hashes]), owners, hashes, model)

    @classmethod
    def read(cls, version: Path) -> Self:
        """Read those of a built version. Raises `OSError`, `ValueError`."""
        try:
            with np.load(version / ROWS, allow_pickle=False) as kept:
                told = {name: kept[name].item() for name in ("model", "edits") if name in kept}
                return cls(kept["rows"], kept["owners"], kept["hashes"].tolist(), **told)
        except (BadZipFile, KeyError, EOFError) as error:
            raise ValueError(ROWS) from error

    def save(self, version: Path) -> None:
        """Write them into a version's folder."""
        hashes, model, edits = np.array(self.hashes), np.array(self.model), np.array(self.edits)
        np.savez(version / ROWS, rows=self.rows, owners=self.owners, hashes=hashes, model=model, edits=edits)

    def known(self) -> dict[str, Matrix]:
        """Return the vectors by the hash of their text."""
        return dict(zip(self.hashes, self.rows, strict=True))

    def guidance(self) -> dict[str, int]:
        """Return where a row of each text of the guidance stands, by the hash that is its id in Chroma."""
        return {self.hashes[at]: at for at in np.flatnonzero(self.owners >= 0).tolist()}


def _client(folder: Path) -> "Client":
    """Open Chroma on a folder with its telemetry off."""
    import chromadb
    from chromadb.config import Settings

    return cast("Client", chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False)))


Built = tuple[Path, Rows]
"""The folder of a built version, and what stands in its plain file."""


def write(version: Path, name: str, rows: Rows, before: Built | None = None) -> None:
    """Write the vectors of a version into its folder, or onto the server under its name.

    Args:
        version: The folder that is being built.
        name: What it will be called.
        rows: All vectors.
        before: A built version of the same model. Where it differs little, only the differences are written.
    """
    if server := chroma_server.in_use():
        with chroma_server.reached(server) as shared:
            _put(_collection(shared, chroma_server.prefix(name)), rows, rows.guidance())
        rows.save(version)
        return
    changed = version / "changed"  # a name of its own: Chroma never forgets a folder that it could not open
    edits = _write_changes(changed, rows, *before) if before else None
    if edits is None:
        shutil.rmtree(changed, ignore_errors=True)
        with closing(_client(version / "chroma")) as client:
            _put(_collection(client, ""), rows, rows.guidance())
    else:
        changed.rename(version / "chroma")
    replace(rows, edits=edits or 0).save(version)


def _write_changes(folder: Path, rows: Rows, before: Path, old: Rows) -> int | None:
    """Copy the Chroma folder of an earlier version and change what differs; None when that is not worth it or fails."""
    held, wanted = old.guidance(), rows.guidance()
    gone, new = held.keys() - wanted.keys(), wanted.keys() - held.keys()
    edits = old.edits + len(gone) + len(new)
    if edits > WORN * len(wanted):
        return None
    try:
        shutil.copytree(before / "chroma", folder)
        with closing(_client(folder)) as client:
            collection = client.get_collection(GUIDANCE, embedding_function=None)
            for part in _parts(sorted(gone)):
                collection.delete(ids=part)
            _put(collection, rows, {one: wanted[one] for one in new})
    except chroma_server.faults():
        return None
    return edits


def _collection(client: "ClientAPI", prefix: str) -> "Collection":
    return client.get_or_create_collection(
        prefix + GUIDANCE,
        configuration={"hnsw": {"space": "cosine", "ef_search": 200, "max_neighbors": 32}},
        embedding_function=None,
    )


def _put(collection: "Collection", rows: Rows, places: Mapping[str, int]) -> None:
    """Write texts' vectors under their hashes. Two machines may do so at once: both write the same rows."""
    for part in _parts(list(places)):
        collection.upsert(ids=part, embeddings=rows.rows[[places[one] for one in part]])


def _parts(ids: list[str]) -> Iterator[list[str]]:
    yield from (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def is_built(version: Path, name: str) -> bool:
    """Whether the vectors of a version are all where they are searched for."""
    server = chroma_server.in_use()
    if not server:
        return (version / "chroma").is_dir() and (version / ROWS).is_file()
    with chroma_server.reached(server) as client:
        wanted = chroma_server.prefix(name) + GUIDANCE
        if wanted not in {one.name for one in client.list_collections()} or not (version / ROWS).is_file():
            return False
        held = client.get_collection(wanted, embedding_function=None).count()
    return bool(held == len(Rows.read(version).guidance()))


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

    def __init__(self, version: Path) -> None:
        """Take the vectors of a built version into memory. Raises `IndexDamaged`, `FileNotFoundError`."""
        self._version = version
        self._clients: list[ClientAPI] = []
        self._copies: list[OwnCopy] = []
        self._close = weakref.finalize(self, _discard, self._clients, self._copies)
        self._opening = Lock()
        self._collection: Collection | None = None
        if not version.is_dir():
            raise FileNotFoundError(version)
        self._kept = self._unless_damaged(lambda: Rows.read(version))
        self._count = len(self._kept.guidance())

    @property
    def rows(self) -> Matrix:
        """All vectors in the records' order: shape (r, d)."""
        return self._kept.rows

    @cached_property
    def _chunks_of(self) -> dict[str, list[int]]:
        """The chunks that each text of the guidance speaks for, by its hash."""
        found: dict[str, list[int]] = {}
        for one, owner in zip(self._kept.hashes, self._kept.owners.tolist(), strict=True):
            if owner >= 0:
                found.setdefault(one, []).append(owner)
        return found

    def open(self) -> "Collection":
        """Open Chroma, once, and return the guidance's collection. Raises `IndexDamaged`."""
        with self._opening:
            if self._collection is None:
                prefix = ""
                if server := chroma_server.in_use():
                    self._clients.append(chroma_server.connect(server))
                    prefix = chroma_server.prefix(self._version.name)
                else:
                    self._unless_damaged(lambda: self._copies.append(OwnCopy(self._version / "chroma")))
                    self._clients.append(self._unless_damaged(lambda: _client(self._copies[0].path)))
                self._collection = self._unless_damaged(
                    lambda: self._clients[0].get_collection(prefix + GUIDANCE, embedding_function=None)
                )
            return self._collection

    def _unless_damaged(self, read: Callable[[], Got]) -> Got:
        try:
            return read()
        except chroma_server.faults() as error:
            self.close()
            raise IndexDamaged(self._version) from error

    def known(self) -> dict[str, Matrix]:
        """Return the vectors by the hash of their text."""
        return self._kept.known()

    def nearest(self, vector: Sequence[float], limit: int) -> list[int]:
        """Return about `limit` chunks, those with the nearest records first, each once; all when there are no more."""
        wanted = min(PER_CHUNK * limit, self._count)
        try:
            found = self.open().query(query_embeddings=[list(vector)], n_results=wanted, include=[])
            hashes = found["ids"][0]
        except chroma_server.away():
            if not chroma_server.in_use():
                raise
            # The server is away, or a newer version took the place of this one: slower, but no carer goes without.
            order = np.argsort(-(self.rows @ np.asarray(vector, dtype=np.float32)), kind="stable")
            ordered = dict.fromkeys(self._kept.hashes[at] for at in order if self._kept.owners[at] >= 0)
            hashes = list(ordered)[:wanted]
        return list(dict.fromkeys(at for one in hashes for at in self._chunks_of[one]))

    def close(self) -> None:
        """Let go of the copy and delete it."""
        self._close()


def _discard(clients: "list[ClientAPI]", copies: list[OwnCopy]) -> None:
    for client in clients:
        cast("Client", client).close()
    for copy in copies:
        copy.discard()
