"""The search at the size of a large corpus: how long a question takes, and what a filter by nation costs.

Texts are the shipped sections with made-up subjects put in. Vectors are made up too: embedding 100,000 sections takes
hours and changes nothing about how long a search takes.
"""

import hashlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.benches.questions import QUESTIONS
from assistant.settings import Settings
from assistant.wiring import open_embedder
from knowledge_base import index
from knowledge_base.chunking import sections
from knowledge_base.dense import Dense
from knowledge_base.documents import Document, load
from knowledge_base.embedding import OnnxEmbedder, Vector
from knowledge_base.files import text_hash
from knowledge_base.lexical import Lexical
from knowledge_base.nation import NATIONS
from knowledge_base.search import Searcher

SECTIONS = 8
"""Sections of a made-up document."""
SHARES: dict[tuple[str, ...], float] = {
    ("england",): 0.55,
    ("scotland",): 0.2,
    ("wales",): 0.15,
    ("northern_ireland",): 0.05,
    NATIONS: 0.05,
}
"""Whose guidance the documents are."""
NOISE = 0.05
ROUNDS, COLD = 6, 2
"""Rounds of every question that are timed, and those before them that are not."""
WHOLE = "unfiltered"
SYLLABLES = ("ba", "do", "fi", "gu", "ke", "lo", "mi", "nu", "pa", "ro", "se", "tu", "va", "wi", "zo", "ly")


@dataclass(frozen=True)
class Took:
    """Milliseconds of every search, by what was asked for; and seconds to build and to open."""

    chunks: int
    build_s: float
    open_s: float
    unfiltered: Sequence[float]
    by_nation: dict[str, list[float]]

    @property
    def dearest(self) -> float:
        """How many times the unfiltered median the dearest filter's median costs."""
        return max(float(np.median(one)) for one in self.by_nation.values()) / float(np.median(self.unfiltered))

    @property
    def slowest(self) -> float:
        """The largest 95th percentile, in milliseconds."""
        return max(float(np.quantile(one, 0.95)) for one in (self.unfiltered, *self.by_nation.values()))


class MadeUp:
    """Gives any text a vector near one of a few real ones, always the same."""

    model_hash = "made-up-1"

    def __init__(self, real: OnnxEmbedder) -> None:
        self._base = np.array(real.embed(QUESTIONS), dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return one unit vector a text."""
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts]
        rows = np.stack([self._one(seed) for seed in seeds])
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return [tuple(row) for row in rows.tolist()]

    def _one(self, seed: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        random = np.random.default_rng(seed)
        return np.asarray(
            self._base[seed % len(self._base)] + NOISE * random.normal(size=self._base.shape[1]), np.float32
        )


def made_up(chunks: int, settings: Settings) -> list[Document]:
    """Return documents that hold about so many sections together."""
    shipped = load(settings.documents_folder, settings.guidance_values)
    known = [(one, heading, text) for one in shipped for heading, text in sections(one.body) if heading]
    random = np.random.default_rng(0)
    nations, shares = list(SHARES), list(SHARES.values())
    found = []
    for number in range(max(1, chunks // SECTIONS)):
        subject = subject_of(number)
        chosen = [known[at] for at in random.integers(len(known), size=SECTIONS)]
        parts = [f"## {heading} ({subject} {place})\n{text}" for place, (_, heading, text) in enumerate(chosen)]
        body = "\n\n".join(parts)
        seen = nations[int(random.choice(len(nations), p=shares))]
        made = replace(
            chosen[0][0], slug=f"made-up-{number}", title=f"About {subject}", nations=seen, body=body, asked={}
        )
        found.append(replace(made, hash=text_hash(made.slug, body)))
    return found


def subject_of(number: int) -> str:
    """Return a made-up word, another for each number."""
    word = ""
    while number or not word:
        number, rest = divmod(number, len(SYLLABLES))
        word += SYLLABLES[rest]
    return f"{word}xa"


def measure(settings: Settings, chunks: int) -> Took:
    """Build a made-up corpus and ask it every question for every nation."""
    embedder = open_embedder(settings)
    asked = list(zip(QUESTIONS, embedder.embed(QUESTIONS), strict=True))
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        started = time.perf_counter()
        index.build(made_up(chunks, settings), MadeUp(embedder), Path(folder))
        built = time.perf_counter() - started
        manifest, version = index.live_version(Path(folder))
        started = time.perf_counter()
        dense, lexical = Dense(version), Lexical.load(version / "lexical")
        everywhere = replace(manifest, documents=tuple(replace(one, nations=NATIONS) for one in manifest.documents))
        today = manifest.documents[0].reviewed_on
        searchers = [
            Searcher(one, dense, lexical, "england", embedder, lambda: today) for one in (everywhere, manifest)
        ]
        opened = time.perf_counter() - started
        try:
            views = {WHOLE: (searchers[0], "england")} | {one: (searchers[1], one) for one in NATIONS}
            took = times(views, asked)
            return Took(len(manifest.chunks), built, opened, took.pop(WHOLE), took)
        finally:
            dense.close()


def times(views: dict[str, tuple[Searcher, str]], asked: Sequence[tuple[str, Vector]]) -> dict[str, list[float]]:
    """Return the milliseconds of each search by view, in rounds of all views, so that none is asked while all is still cold."""
    took: dict[str, list[float]] = {view: [] for view in views}
    for round_ in range(COLD + ROUNDS):
        for view, (searcher, nation) in views.items():
            for text, vector in asked:
                started = time.perf_counter()
                searcher.find(text, vector, nation)
                if round_ >= COLD:
                    took[view].append((time.perf_counter() - started) * 1000)
    return took


def report(took: Took) -> str:
    """Return one line a filter."""
    rows = {WHOLE: took.unfiltered, **took.by_nation}
    lines = [f"{took.chunks} chunks; built in {took.build_s:.0f} s (made-up vectors), opened in {took.open_s:.1f} s"]
    lines += [
        f"{name:17} median {np.median(ms):6.1f} ms   p95 {np.quantile(ms, 0.95):6.1f} ms   ({len(ms)} searches)"
        for name, ms in rows.items()
    ]
    return "\n".join([*lines, f"dearest filter: {took.dearest:.2f} times unfiltered (limit 2); p95 limit 25 ms"])
