"""Search by meaning, in Chroma.

Chroma may write to a folder that it opens, and two processes on one folder can break it without an error.
So a built folder is never opened for searching: each reader works on its own short-lived copy.

Several machines share a Chroma server instead: the vectors stand there in a collection named by the first version that
was written into it.

Where so few chunks are allowed that each is compared, Chroma is not asked at all. So beside its folder the same rows
stand in plain files, and a process whose guidance is of a council's size never loads Chroma (100 MB, 2 s).

A row's id in Chroma is the hash of its text. So a publication takes over the folder or the collection of the version
before, and writes only the texts that came. Those that went are taken out of a folder, and passed over in a collection.
"""

import shutil
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from knowledge_base import chroma_server
from knowledge_base.copies import OwnCopy
from knowledge_base.embedding import Matrix
from knowledge_base.errors import IndexDamaged
from knowledge_base.files import only_one
from knowledge_base.rows import ROWS, Rows

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client

GUIDANCE = "guidance"
Got = TypeVar("Got")
BATCH = 2000
MANY = 20_000
"""Above so many texts, Chroma's folder is not written before a version goes live but beside it."""
PER_CHUNK = 3
"""Records asked for to find one chunk: its names and its whole are often neighbours."""
WORN = 0.25
"""When so large a share of a folder's texts came and went, it is written anew: what is taken out of it stays as a gap."""


def _client(folder: Path) -> "Client":
    """Open Chroma on a folder with its telemetry off."""
    import chromadb
    from chromadb.config import Settings

    return cast("Client", chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False)))


Built = tuple[Path, Rows]
"""The folder of a built version, and what stands in its plain files."""


def write(version: Path, name: str, rows: Rows, before: Built | None = None) -> None:
    """Write the vectors of a version into its folder, or onto the server.

    Args:
        version: The folder that is being built.
        name: What it will be called.
        rows: All vectors.
        before: A built version of the same model. Where it differs little, only the differences are written.
    """
    put = _onto_server if chroma_server.in_use() else _into_folder
    put(version, name, rows, before).save(version)


def _into_folder(version: Path, _: str, rows: Rows, before: Built | None) -> Rows:
    """Write Chroma's folder, or leave it to the first reader when it takes longer than a carer should wait for news."""
    if before and len(rows.hashes) > MANY:
        return replace(rows, edits=_edits(rows, before[1]) or 0, home="", source=before[0].name)
    return replace(rows, edits=_fill(version, rows, before), home="")


def _fill(version: Path, rows: Rows, before: Built | None) -> int:
    """Write Chroma's folder; return how many texts came and went since one was written whole."""
    changed = version / "changed"  # a name of its own: Chroma never forgets a folder that it could not open
    edits = _write_changes(changed, rows, *before) if before else None
    if edits is None:
        shutil.rmtree(changed, ignore_errors=True)
        shutil.rmtree(version / "whole", ignore_errors=True)
        with closing(_client(version / "whole")) as client:
            _put(_collection(client, ""), rows, rows.guidance())
    (changed if edits is not None else version / "whole").rename(version / "chroma")
    return edits or 0


def complete(version: Path) -> None:
    """Write Chroma's folder of a built version if that was left to its readers. Raises `OSError`, `ValueError`."""
    if (version / "chroma").is_dir():
        return
    with only_one(version.parent):
        if not (version / "chroma").is_dir():
            rows = Rows.read(version)
            source = version.parent / rows.source
            has_source = bool(rows.source) and (source / "chroma").is_dir()
            _fill(version, rows, (source, Rows.read(source)) if has_source else None)


def _onto_server(_: Path, name: str, rows: Rows, before: Built | None) -> Rows:
    """Add what is new to the collection of the version before. What went stays there, since that version is still asked."""
    with chroma_server.reached(chroma_server.in_use()) as shared:
        if before and before[1].home and (edits := _edits(rows, before[1])) is not None:
            home = before[1].home
            if _holds(shared, home, len(before[1].guidance())):
                wanted = rows.guidance()
                new = wanted.keys() - before[1].guidance().keys()
                _put(_collection(shared, chroma_server.prefix(home)), rows, {one: wanted[one] for one in new})
                return replace(rows, edits=edits, home=home)
        _put(_collection(shared, chroma_server.prefix(name)), rows, rows.guidance())
    return replace(rows, edits=0, home=name)


def _edits(rows: Rows, old: Rows) -> int | None:
    """Return how many texts came and went since the old rows' folder was written whole; None when that is too many."""
    held, wanted = old.guidance().keys(), rows.guidance().keys()
    edits = old.edits + len(held ^ wanted)
    return edits if edits <= WORN * len(wanted) else None


def _write_changes(folder: Path, rows: Rows, before: Path, old: Rows) -> int | None:
    """Copy the Chroma folder of an earlier version and change what differs; None when that is not worth it or fails."""
    if (edits := _edits(rows, old)) is None:
        return None
    held, wanted = old.guidance(), rows.guidance()
    try:
        shutil.copytree(before / "chroma", folder)
        with closing(_client(folder)) as client:
            collection = client.get_collection(GUIDANCE, embedding_function=None)
            for part in _parts(sorted(held.keys() - wanted.keys())):
                collection.delete(ids=part)
            _put(collection, rows, {one: wanted[one] for one in wanted.keys() - held.keys()})
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


def is_built(version: Path) -> bool:
    """Whether the vectors of a version are all where they are searched for."""
    if not (version / ROWS).is_file():
        return False
    if not (server := chroma_server.in_use()):
        return (version / "chroma").is_dir() or bool(Rows.read(version).source)
    with chroma_server.reached(server) as client:
        return _holds(client, _home(version), len(Rows.read(version).guidance()))


def _holds(client: "ClientAPI", home: str, count: int) -> bool:
    """Whether a collection of the server is there with at least so many texts."""
    wanted = chroma_server.prefix(home) + GUIDANCE
    if wanted not in {one.name for one in client.list_collections()}:
        return False
    return bool(client.get_collection(wanted, embedding_function=None).count() >= count)


def _home(version: Path) -> str:
    """Return the version under whose name a built version's vectors stand on the server."""
    try:
        return Rows.read(version).home or version.name
    except (OSError, ValueError):
        return version.name


def forget(gone: Sequence[Path], left: Sequence[Path]) -> None:
    """Remove from the server the vectors of built versions, unless one of those that are left stands on them too.

    A process that still has them open, or another machine that is behind, searches in memory from then on.
    """
    if (server := chroma_server.in_use()) and gone:
        homes = {_home(one) for one in gone} - {_home(one) for one in left}
        with chroma_server.reached(server) as client:
            for one in client.list_collections():
                if one.name in {chroma_server.prefix(home) + GUIDANCE for home in homes}:
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
        self._beside: Thread | None = None
        self._collection: Collection | None = None
        if not version.is_dir():
            raise FileNotFoundError(version)
        self._kept = self._unless_damaged(lambda: Rows.read(version))
        self._held = len(self._kept.guidance())

    @property
    def rows(self) -> Matrix:
        """All vectors in the records' order: shape (r, d)."""
        return self._kept.rows

    @property
    def hashes(self) -> Sequence[str]:
        """The hash of each vector's text."""
        return self._kept.hashes

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
                    prefix = chroma_server.prefix(self._kept.home or self._version.name)
                else:
                    self._unless_damaged(lambda: complete(self._version))
                    self._unless_damaged(lambda: self._copies.append(OwnCopy(self._version / "chroma")))
                    self._clients.append(self._unless_damaged(lambda: _client(self._copies[0].path)))
                self._collection = self._unless_damaged(
                    lambda: self._clients[0].get_collection(prefix + GUIDANCE, embedding_function=None)
                )
                if server:  # texts that went out of use stand there too
                    self._held = self._collection.count()
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

    def open_beside(self) -> None:
        """Open Chroma in a thread. Until that is done every row is compared, which is slower, but nobody waits for a folder."""
        self._beside = Thread(target=self._open_beside, daemon=True)
        self._beside.start()

    def wait(self) -> None:
        """Wait until a thread that opens Chroma is done."""
        if beside := self._beside:
            beside.join()

    def _open_beside(self) -> None:
        try:
            self.open().query(query_embeddings=[self.rows[0].tolist()], n_results=1, include=[])
        except IndexDamaged:
            return  # who asks next is told
        except chroma_server.away():
            return
        finally:
            self._beside = None
            if not self._close.alive:  # closed meanwhile
                _discard(self._clients, self._copies)

    def nearest(self, vector: Sequence[float], limit: int) -> list[int]:
        """Return about `limit` chunks, those with the nearest records first, each once; all when there are no more."""
        hashes = self._compared(vector, limit) if self._beside else self._asked(vector, limit)
        return list(dict.fromkeys(at for one in hashes for at in self._chunks_of.get(one, ())))

    def _asked(self, vector: Sequence[float], limit: int) -> list[str]:
        """Return the hashes of the nearest texts, from Chroma."""
        try:
            collection = self.open()
            wanted = min(PER_CHUNK * limit, self._held)
            return list(collection.query(query_embeddings=[list(vector)], n_results=wanted, include=[])["ids"][0])
        except chroma_server.away():
            if not chroma_server.in_use():
                raise
            # The server is away, or a newer version took the place of this one: slower, but no carer goes without.
            return self._compared(vector, limit)
        except IndexDamaged:
            if self._version.is_dir():
                raise
            return self._compared(vector, limit)  # two newer versions came before its folder was ever opened

    def _compared(self, vector: Sequence[float], limit: int) -> list[str]:
        """Return the hashes of the nearest texts, each row compared."""
        order = np.argsort(-(self.rows @ np.asarray(vector, dtype=np.float32)), kind="stable")
        ordered = (self._kept.hashes[at] for at in order if self._kept.owners[at] >= 0)
        return list(dict.fromkeys(islice(ordered, 2 * PER_CHUNK * limit)))[: PER_CHUNK * limit]

    def close(self) -> None:
        """Let go of the copy and delete it."""
        self._close()


def _discard(clients: "list[ClientAPI]", copies: list[OwnCopy]) -> None:
    for client in clients:
        cast("Client", client).close()
    for copy in copies:
        copy.discard()
