"""What each part of the search adds: the same questions, searched with the parts put on one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.pipeline.embed import to_embed
from assistant.settings import load_settings
from assistant.wiring import open_embedder, open_searcher
from evaluation.intervals import wilson_interval
from evaluation.retrieval import FIRST, QUESTIONS, lines
from knowledge_base.candidates import CANDIDATES, FETCH
from knowledge_base.embedding import OnnxEmbedder, Vector
from knowledge_base.fusion import Calibration, fuse
from knowledge_base.nation import detect
from knowledge_base.records import Vectors
from knowledge_base.search import Clause, Searcher
from knowledge_base.wording import Wording, plain, widen
from knowledge_base.words import tokens
from rails.sentences import split as sentences

KEPT = Path(__file__).parent / "ablation.md"
DEEP = 10
"""Documents that nDCG looks at."""
RESAMPLES = 1000
CROSS_ENCODER = "cross-encoder on top"

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question with all that a way of searching may use."""

    text: str
    plain: str
    vector: Vector
    plain_vector: Vector
    clauses: Sequence[Clause]
    nation: str


Way = Callable[[Searcher, Asked], list[str]]
"""Returns documents, best first; one stands as often as it has passages."""


@dataclass(frozen=True)
class Row:
    """One way of searching with what it reached: one number a question."""

    name: str
    recall: Numbers
    reciprocal: Numbers
    gain: Numbers

    def __str__(self) -> str:
        low, high = wilson_interval(int(self.recall.sum()), len(self.recall))
        means = (f"{one.mean():.3f} ({_spread(one)})" for one in (self.reciprocal, self.gain))
        return f"| {self.name} | {self.recall.mean():.1%} ({low:.1%} to {high:.1%}) | {' | '.join(means)} |"


def measure(split: str) -> list[Row]:
    """Search every question of a split in every way."""
    settings = load_settings()
    embedder = open_embedder(settings)
    with open_searcher(settings, embedder) as searcher:
        default = str(settings.council_facts["nation"])
        questions = [(line, _asked(searcher, embedder, line["text"], default)) for line in lines(QUESTIONS, split)]
        found = {name: [way(searcher, asked) for _, asked in questions] for name, way in WAYS.items()}
    relevant = [set(line["relevant"]) for line, _ in questions]
    return [score(name, ranked, relevant) for name, ranked in found.items()]


def score(name: str, ranked: Sequence[Sequence[str]], relevant: Sequence[set[str]]) -> Row:
    """Score the rankings of one way: recall over the first passages, the other two over documents."""
    recall = [any(one in right for one in found[:FIRST]) for found, right in zip(ranked, relevant, strict=True)]
    documents = [list(dict.fromkeys(found)) for found in ranked]
    pairs = list(zip(documents, relevant, strict=True))
    reciprocal = [next((1 / rank for rank, one in enumerate(found, 1) if one in right), 0.0) for found, right in pairs]
    return Row(name, np.array(recall, float), np.array(reciprocal), np.array([gain(*pair) for pair in pairs]))


def gain(documents: Sequence[str], right: set[str]) -> float:
    """Return nDCG of the first documents, each right one counting the same."""
    got = sum(1 / np.log2(rank + 1) for rank, one in enumerate(documents[:DEEP], 1) if one in right)
    return float(got / sum(1 / np.log2(rank + 1) for rank in range(1, min(len(right), DEEP) + 1)))


def report(rows: Sequence[Row], split: str) -> str:
    """Return the table."""
    count = len(rows[0].recall)
    head = [
        "# What each part of the search adds",
        "",
        f"{count} questions marked `{split}`; 95% intervals (Wilson for recall, bootstrap for the others). Recall@{FIRST}: a right",
        f"document is among the first {FIRST} passages. MRR and nDCG@{DEEP} count documents. Nation and review date are filtered in every row.",
        "All rows but those without it see vectors through the lens that was learnt from the guidance's own askings.",
        "Made by `kith evaluate retrieval --ablation --write`.",
        "",
        f"| Way of searching | Recall@{FIRST} | MRR | nDCG@{DEEP} |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *map(str, rows), f"| {CROSS_ENCODER} | not available: no weights are installed | | |"])


def _asked(searcher: Searcher, embedder: OnnxEmbedder, text: str, default: str) -> Asked:
    texts = to_embed(text, sentences)
    meant = plain(text, searcher.corpus.words)
    vector, *own, plain_vector = embedder.embed([*texts, meant])
    clauses = list(zip(texts[1:], own, strict=True))
    return Asked(text, meant, vector, plain_vector, clauses, detect(text) or default)


@lru_cache(maxsize=1)
def _as_made(searcher: Searcher) -> Vectors:
    """The guidance's vectors as the model made them, not seen through the lens."""
    return searcher.unturned()


def _meaning(searcher: Searcher, asked: Asked, vectors: Sequence[Vector], lens: bool = True) -> list[int]:
    places = sorted(searcher.allowed(asked.nation))
    held = searcher.corpus.vectors if lens else _as_made(searcher)
    names, wholes = held.likeness(vectors, places)
    order = np.argsort(-np.maximum(names, wholes), kind="stable")[:FETCH]
    return [places[at] for at in order]


def _words(searcher: Searcher, asked: Asked, wording: Wording) -> list[int]:
    scores = searcher.corpus.lexical.scores(wording)
    allowed = searcher.allowed(asked.nation)
    order = [int(at) for at in np.argsort(-scores, kind="stable") if scores[at] > 0 and int(at) in allowed]
    return order[:FETCH]


def _documents(searcher: Searcher, places: Sequence[int]) -> list[str]:
    return [searcher.corpus.chunks[at].document for at in places]


def _dense(lens: bool) -> Way:
    return lambda searcher, asked: _documents(searcher, _meaning(searcher, asked, [asked.vector], lens))


def _lexical(searcher: Searcher, asked: Asked) -> list[str]:
    return _documents(searcher, _words(searcher, asked, Wording(tuple(tokens(asked.text)))))


def _fused(in_plain_words: bool, with_synonyms: bool, lens: bool = True) -> Way:
    def way(searcher: Searcher, asked: Asked) -> list[str]:
        text = asked.plain if in_plain_words else asked.text
        wording = widen(text) if with_synonyms else Wording(tuple(tokens(text)))
        vectors = [asked.plain_vector, asked.vector] if in_plain_words else [asked.vector]
        both = [_meaning(searcher, asked, vectors, lens), _words(searcher, asked, wording)]
        return _documents(searcher, fuse(both, CANDIDATES))

    return way


def _ordered(searcher: Searcher, asked: Asked) -> list[str]:
    """Order the candidates as learnt, with no floor."""
    ways = [*asked.clauses, (asked.text, asked.vector)] if asked.plain != asked.text else asked.clauses
    signals = searcher.signals(searcher.corpus, asked.plain, asked.plain_vector, asked.nation, ways)
    totals = Calibration.fitted().with_vector.order.total(signals.columns)
    return _documents(searcher, [signals.places[at] for at in np.argsort(-totals, kind="stable")])


def _served(searcher: Searcher, asked: Asked) -> list[str]:
    found = searcher.find(asked.text, asked.vector, limit=CANDIDATES, clauses=asked.clauses)
    return [one.document for one in found]


WAYS: dict[str, Way] = {
    "meaning alone (vectors), without the learnt lens": _dense(lens=False),
    "meaning alone, through the learnt lens": _dense(lens=True),
    "words alone (BM25)": _lexical,
    "both, fused by rank": _fused(in_plain_words=False, with_synonyms=False),
    "fused, with synonyms": _fused(in_plain_words=False, with_synonyms=True),
    "fused, in plain words (slips, dialect, initials, towns)": _fused(in_plain_words=True, with_synonyms=False),
    "fused, plain words and synonyms": _fused(in_plain_words=True, with_synonyms=True),
    "the same without the learnt lens": _fused(in_plain_words=True, with_synonyms=True, lens=False),
    "with the lens, with letters, in the learnt order": _ordered,
    "**as served**: two passages a document, and the floor": _served,
}


def _spread(values: Numbers) -> str:
    """Return the 95% bootstrap interval of a mean."""
    drawn = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), (0.025, 0.975))
    return f"{low:.3f} to {high:.3f}"
