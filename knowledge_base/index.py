"""Build the guidance index beside the live one and swap it in with one atomic step.

`root/CURRENT` names the live version. `root/<version>/` holds `manifest.json`, the vectors, `lexical/` and `chroma/`, and
is never written again once it has its name, but for `chroma/` when it is large: that comes when it is first opened. Only the version before it is kept.
"""

import json
import os
import shutil
from collections.abc import Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from knowledge_base import dense
from knowledge_base.chunking import Chunk, chunk
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder, Matrix
from knowledge_base.errors import IndexNotBuilt
from knowledge_base.files import only_one, text_hash, write_at_once
from knowledge_base.harvest import Harvest
from knowledge_base.lexical import Lexical, terms
from knowledge_base.records import Marks, other_topics, texts_of
from knowledge_base.rows import Rows

FORMAT = "4"
"""Raise when the folder's layout, the BM25 settings or what is embedded changes."""
BUILDING = ".building-"
NAME_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a built version holds. Records (`records_of`) follow from chunks and other topics, in a fixed order."""

    version: str
    format: str
    model_hash: str
    documents: tuple[Document, ...]
    chunks: tuple[Chunk, ...]
    hashes: tuple[str, ...]
    """One a chunk, in the same order."""
    others: tuple[str, ...]
    """Questions that are not about caring."""


MANIFEST = TypeAdapter(Manifest)


def version_of(documents: Sequence[Document], model_hash: str) -> str:
    """Return the name of the index that these documents and this model make. Equal content, equal name."""
    chunks = [piece for document in documents for piece in chunk(document)]
    words = [" ".join(terms(piece)) for piece in chunks]
    parts = [*(one.hash for one in documents), *(piece.hash for piece in chunks), *words, *other_topics()]
    return text_hash(FORMAT, model_hash, *parts)[:NAME_LENGTH]


def current(root: Path) -> str:
    """Return the live version, or "" when nothing was built."""
    return _named(root, "CURRENT")


def _named(root: Path, what: str) -> str:
    """Return the version that one of the small files names; "" when there is none."""
    try:
        return (root / what).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def read_manifest(folder: Path) -> Manifest:
    """Read what a built version holds."""
    return MANIFEST.validate_json((folder / "manifest.json").read_bytes())


def build(
    documents: Sequence[Document],
    embedder: Embedder,
    root: Path,
    today: date | None = None,
    told: Callable[[int, int], None] | None = None,
) -> str:
    """Make the index of these documents live and return its version.

    An unchanged version is no work. Only texts that the live version does not hold are embedded.

    Args:
        documents: What to index; those too far past review on `today` are left out.
        embedder: Turns the chunks into vectors.
        root: Holds all versions. A second builder waits for the first.
        today: The day that review dates are judged by; left out, nothing is left out.
        told: Called once with texts embedded and texts in all.
    """
    used = [one for one in documents if today is None or not one.is_withdrawn(today)]
    version = version_of(used, embedder.model_hash)
    with only_one(root):
        _sweep(root)
        live = current(root)
        whole = _is_whole(root / version)
        if live != version or not whole:
            if not whole:
                _make(used, embedder, root, version, told)
            _swap(root, live, version)
    return version


def _is_whole(folder: Path) -> bool:
    """Whether a version was built to its end, and its vectors are where the settings now say that they are kept."""
    if not (folder / "manifest.json").is_file():
        return False
    return dense.is_built(folder)


def _make(
    documents: Sequence[Document],
    embedder: Embedder,
    root: Path,
    version: str,
    told: Callable[[int, int], None] | None,
) -> None:
    """Build a version under a working name; it gets its own name only when it is whole."""
    chunks = tuple(piece for document in documents for piece in chunk(document))
    hashes = tuple(piece.hash for piece in chunks)
    manifest = Manifest(version, FORMAT, embedder.model_hash, tuple(documents), chunks, hashes, other_topics())
    marks, live = Marks.of(chunks, manifest.others), _live_rows(root, embedder.model_hash)
    known, missing = _gathered(manifest, marks, live[1] if live else None, embedder, root)
    building = root / f"{BUILDING}{version}"
    building.mkdir()
    rows = Rows.of(marks, known, embedder.model_hash, live[1] if live else None)
    with ThreadPoolExecutor(1) as beside:
        vectors = beside.submit(dense.write, building, version, rows, live)
        (building / "manifest.json").write_bytes(MANIFEST.dump_json(manifest))
        Lexical.of(chunks).save(building / "lexical")
        vectors.result()
    _settle(building)
    shutil.rmtree(root / version, ignore_errors=True)  # one that is not whole; until now its vectors were of use
    building.rename(root / version)
    if told:
        told(missing, len(marks.hashes))


def _gathered(
    manifest: Manifest, marks: Marks, live: Rows | None, embedder: Embedder, root: Path
) -> tuple[dict[str, Matrix], int]:
    """Return the vectors that the live version does not hold, and how many of them nobody knew: those are embedded."""
    wanted = set(marks.hashes).difference(live.hashes if live else ())
    if not wanted:
        return {}, 0
    known = Harvest(root, embedder.model_hash).known() | known_vectors(root, embedder.model_hash, wanted)
    missing = texts_of(manifest.chunks, manifest.others, wanted - known.keys())
    return known | Harvest(root, embedder.model_hash).gather(list(missing.values()), embedder), len(missing)


def _live_rows(root: Path, model_hash: str) -> dense.Built | None:
    """Return the live version's folder and rows when this Kith wrote them, with this model; else None."""
    try:
        folder = root / current(root)
        rows = Rows.read(folder)
    except (OSError, ValueError):
        return None
    return (folder, rows) if rows.model == model_hash else None


def known_vectors(root: Path, model_hash: str, wanted: Container[str] | None = None) -> dict[str, Matrix]:
    """Return the vectors by the hash of their text that the live version and the one before it hold.

    They are of use whatever Kith wrote them, as long as this model made them; a damaged file is passed over.
    With `wanted`, only those of these texts are returned.
    """
    known: dict[str, Matrix] = {}
    for name in filter(None, (_named(root, "PREVIOUS"), current(root))):
        try:
            rows = Rows.read(root / name)
            model = rows.model or json.loads((root / name / "manifest.json").read_bytes())["model_hash"]
        except (OSError, ValueError, KeyError):
            continue
        if model == model_hash:
            known.update((one, rows.rows[at]) for at, one in enumerate(rows.hashes) if wanted is None or one in wanted)
    return known


def live_version(root: Path, version: str = "") -> tuple[Manifest, Path]:
    """Return the manifest and folder of the live version, or of an earlier one by its name.

    Raises:
        IndexNotBuilt: There is none, it was taken away by hand, or an older Kith wrote it.
    """
    version = version or current(root)
    folder = root / version
    try:
        manifest = read_manifest(folder)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise IndexNotBuilt(root) from error
    if not version or manifest.format != FORMAT:
        raise IndexNotBuilt(root)
    return manifest, folder


def _swap(root: Path, live: str, version: str) -> None:
    """Make a version live, and remove all but it, the one before and the one that was asked to be kept."""
    write_at_once(root / "CURRENT", version)
    if live and live != version:
        write_at_once(root / "PREVIOUS", live)
    spared = (version, live, kept(root))
    folders = [folder for folder in root.iterdir() if folder.is_dir()]
    gone = [folder for folder in folders if folder.name not in spared]
    dense.forget(gone, [folder for folder in folders if folder not in gone])
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)


def keep(root: Path, version: str) -> None:
    """Spare a version when newer ones are built: a release that people approved still answers from it."""
    if kept(root) != version:
        write_at_once(root / "KEPT", version)


def kept(root: Path) -> str:
    """Return the version that is spared, or "" for none."""
    return _named(root, "KEPT")


def _sweep(root: Path) -> None:
    """Remove what an interrupted build left behind. Only called by the one builder."""
    for folder in root.glob(f"{BUILDING}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _settle(folder: Path) -> None:
    """Push every file to the disk, so that a power cut cannot leave a named version with holes."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
