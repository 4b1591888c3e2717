"""What `kith guidance load` and `kith search` call. Safe to run from several processes at once."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib import resources
from pathlib import Path

from knowledge_base import index
from knowledge_base.curation.reading import documents_of
from knowledge_base.curation.values import Source
from knowledge_base.documents import Document, load
from knowledge_base.embedding import OnnxEmbedder, ensure_model
from knowledge_base.files import text_hash
from knowledge_base.lens import FILE as LENS
from knowledge_base.synonyms import list_text

SEARCH_SETTINGS = (
    "nations.yaml",
    "nation_words.yaml",
    "local_names.yaml",
    "places.yaml",
    "english_places.yaml",
    "words.yaml",
    "calibration/weights.yaml",
)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did. `embedded` counts texts that were new; `seconds` is wall time."""

    version: str
    is_new: bool
    documents: int
    chunks: int
    embedded: int
    overdue: tuple[str, ...]
    """Documents past review that are still used, with a warning."""
    left_out: tuple[str, ...]
    """Documents so far past review that they are not used."""
    seconds: float


def index_root(var: Path) -> Path:
    """Return where the index stands in the service's data folder."""
    return var / "index"


def load_guidance(
    documents: Path | Sequence[Source], var: Path, values: Mapping[str, str], today: date, model: Path | None = None
) -> LoadResult:
    """Check the guidance, bring the index up to date and make it live.

    Args:
        documents: Folder of guidance files, or the published texts.
        var: The service's data folder; the model goes to `var/model`, the index to `var/index`.
        values: What fills the placeholders, such as `carers.phone`.
        today: The day that review dates are judged by.
        model: Folder of another sentence-transformers model; left out, the pinned default.

    Raises:
        KnowledgeError: With words for the person who ran the command. The live index stands as it was.
    """
    started = time.monotonic()
    found = load(documents, values) if isinstance(documents, Path) else documents_of(documents, values)
    before = index.current(index_root(var))
    counts = [0]
    embedder = OnnxEmbedder(ensure_model(var, model))
    version = index.build(found, embedder, index_root(var), today, lambda new, _: counts.append(new))
    used = [one for one in found if not one.is_withdrawn(today)]
    return LoadResult(
        version=version,
        is_new=version != before,
        documents=len(used),
        chunks=len(index.read_manifest(index_root(var) / version).chunks),
        embedded=counts[-1],
        overdue=_slugs(one for one in used if one.is_overdue(today)),
        left_out=_slugs(one for one in found if one.is_withdrawn(today)),
        seconds=time.monotonic() - started,
    )


def search_settings_version() -> str:
    """Return a hash of what changes a search without a new index: synonyms, nations, stop words, lens, weights and floors.

    A release names it beside the guidance version.
    """
    room = resources.files("knowledge_base")
    texts = [room.joinpath(name).read_text("utf-8") for name in SEARCH_SETTINGS]
    lens = sha256(room.joinpath(LENS).read_bytes()).hexdigest()
    return text_hash(list_text(), lens, *texts)[: index.NAME_LENGTH]


def _slugs(documents: Iterable[Document]) -> tuple[str, ...]:
    return tuple(document.slug for document in documents)
