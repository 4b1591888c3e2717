"""Two small models for danger: a linear one on the words, and a net of one hidden layer on the message's vectors.

Numpy alone at run time. `training.py` writes the weights; the model card beside them says from what and how well.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails import features
from rails.danger_policy import CATEGORIES, Urgency
from rails.danger_rules import Hit
from rails.reading import Reading

Floats = NDArray[np.float32]
HEADS = ("danger", *CATEGORIES, "emergency")
"""What each model scores, in order."""
LONG_WORDS = 25
"""Sentences are embedded one by one only in messages longer than this."""
MODEL = "learnt"
"""The rule name of a hit that comes from a model."""


class NoVectors(RuntimeError):
    """The embedder gave nothing, so meaning cannot be judged."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Weighs evidence into a log-odds: standardised inputs, then a linear sum."""

    mean: Floats
    spread: Floats
    weights: Floats
    bias: float

    def __call__(self, evidence: Sequence[float]) -> float:
        values = (np.asarray(evidence, dtype=np.float32) - self.mean) / self.spread
        return float(values @ self.weights) + self.bias


@dataclass(frozen=True, slots=True)
class Judgement:
    """Log-odds of danger, of each category, and of an emergency."""

    danger: float
    categories: tuple[float, ...]
    emergency: float


class Model:
    """The weights, read once."""

    def __init__(self, arrays: dict[str, NDArray[Any]], card: dict[str, Any]) -> None:
        self._idf = arrays["idf"].astype(np.float32)
        self._words = arrays["words"].astype(np.float32) * arrays["words_scale"].astype(np.float32)
        self._words_bias = arrays["words_bias"].astype(np.float32)
        count = int(arrays["nets"])
        self._nets = [
            [arrays[f"net{n}_{part}"].astype(np.float32) for part in ("w1", "b1", "w2", "b2")] for n in range(count)
        ]
        self.stacks = {name: stack(arrays, name) for name in STACKS}
        self.thresholds: dict[str, float] = card["thresholds"]

    def words(self, plain: Sequence[str]) -> Floats:
        """Margin of each head from the words alone."""
        found = features.indices(plain)
        values = self._idf[found]
        size = float(np.sqrt(values @ values)) or 1.0
        margins: Floats = ((values / size) @ self._words[found] + self._words_bias).astype(np.float32)
        return margins

    def meaning(self, vectors: Sequence[Sequence[float]]) -> Floats:
        """Log-odds of each head for each vector, one row a vector."""
        rows: Floats = np.asarray(vectors, dtype=np.float32) * np.float32(VECTOR_SCALE)
        total: Floats = np.zeros((len(rows), len(HEADS)), dtype=np.float32)
        for w1, b1, w2, b2 in self._nets:
            total += np.clip(np.maximum(rows @ w1 + b1, 0) @ w2 + b2, -CLIP, CLIP)
        return total / np.float32(len(self._nets))


STACKS = ("words_danger", "words_category", "words_emergency", "full_danger", "full_category", "full_emergency")
VECTOR_SCALE = 3.0
CLIP = 12.0


def stack(arrays: dict[str, NDArray[Any]], name: str) -> Stack:
    """One weigher out of the stored arrays."""
    mean, spread, weights = (arrays[f"{name}_{part}"].astype(np.float32) for part in ("mean", "spread", "weights"))
    return Stack(mean, spread, weights, float(arrays[f"{name}_bias"]))


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights."""
    folder = resources.files("rails").joinpath("weights")
    with np.load(BytesIO(folder.joinpath("danger.npz").read_bytes()), allow_pickle=False) as stored:
        arrays = dict(stored.items())
    return Model(arrays, json.loads(folder.joinpath("danger.json").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was measured on one message, before it is weighed."""

    whole: Floats
    best: Floats
    meaning: Floats
    meaning_best: Floats
    hits: tuple[Hit, ...]
    length: int


def look(reading: Reading, vectors: Sequence[Sequence[float]], scores: Model, hits: tuple[Hit, ...]) -> Seen:
    """Measure one message, as a whole and by its most worrying sentence."""
    whole = scores.words(reading.whole)
    parts = [scores.words(piece) for piece in reading.sentences] if len(reading.sentences) > 1 else []
    rows = scores.meaning(vectors) if len(vectors) else np.zeros((1, len(HEADS)), dtype=np.float32)
    said = list(rows[1:]) if reading.length > LONG_WORDS else []
    return Seen(whole, _worst(parts, whole), rows[0], _worst(said, rows[0]), hits, reading.length)


def _worst(parts: Sequence[Floats], whole: Floats) -> Floats:
    """The sentence with the highest danger, or the whole when there is but one."""
    return max(parts, key=lambda part: float(part[0])) if parts else whole


def danger_evidence(seen: Seen, full: bool) -> list[float]:
    """What speaks for danger of any kind."""
    sure = [hit for hit in seen.hits if not hit.sign and hit.urgency != "none"]
    emergency = float(any(hit.urgency == "emergency" for hit in sure))
    signs = float(any(hit.sign for hit in seen.hits))
    words = [
        float(seen.whole[0]),
        float(seen.best[0]),
        float(bool(sure)),
        emergency,
        signs,
        float(np.log1p(seen.length)),
    ]
    return [*words, float(seen.meaning[0]), float(seen.meaning_best[0])] if full else words


def category_evidence(seen: Seen, category: int, full: bool) -> list[float]:
    """What speaks for one category. `category` counts from 0 in `CATEGORIES`."""
    head = category + 1
    hits = [one for one in seen.hits if one.category == CATEGORIES[category]]
    sure, sign = float(any(not one.sign for one in hits)), float(any(one.sign for one in hits))
    words = [float(seen.whole[head]), float(seen.best[head]), sure, sign]
    return [*words, float(seen.meaning[head]), float(seen.meaning_best[head])] if full else words


def emergency_evidence(seen: Seen, full: bool) -> list[float]:
    """What speaks for danger to life now."""
    last = len(HEADS) - 1
    urgent = [hit for hit in seen.hits if hit.urgency == "emergency"]
    hits = [float(any(not hit.sign for hit in urgent)), float(any(hit.sign for hit in urgent))]
    kinds = [float(seen.whole[1 + place]) for place in LIFE]
    words = [float(seen.whole[last]), float(seen.best[last]), *hits, *kinds]
    meant = [float(seen.meaning[1 + place]) for place in LIFE]
    return [*words, float(seen.meaning[last]), float(seen.meaning_best[last]), *meant] if full else words


LIFE = tuple(CATEGORIES.index(name) for name in ("medical_emergency", "missing_person", "suicide_self_harm"))
"""Categories that are often or always danger to life at once."""


def weigh(seen: Seen, stacks: Mapping[str, Stack], full: bool) -> Judgement:
    """Weigh all evidence. `full` says that there are vectors."""
    kind = "full" if full else "words"
    category = stacks[f"{kind}_category"]
    return Judgement(
        stacks[f"{kind}_danger"](danger_evidence(seen, full)),
        tuple(category(category_evidence(seen, place, full)) for place in range(len(CATEGORIES))),
        stacks[f"{kind}_emergency"](emergency_evidence(seen, full)),
    )


def judge(reading: Reading, hits: tuple[Hit, ...], vectors: Sequence[Sequence[float]] = ()) -> tuple[Hit, ...]:
    """What the models find, with the rules' hits as evidence. Empty when there is no danger.

    Each hit's `score` is the chance of its category. A medication question is a hit of urgency `none`.
    """
    scores = model()
    full = bool(len(vectors))
    judgement = weigh(look(reading, vectors, scores, hits), scores.stacks, full)
    return decide(judgement, scores.thresholds, "full" if full else "words")


def decide(judgement: Judgement, thresholds: dict[str, float], kind: str) -> tuple[Hit, ...]:
    """Turn log-odds into hits by the calibrated thresholds."""
    odds = judgement.categories
    if judgement.danger < thresholds[f"{kind}_danger"]:
        place = CATEGORIES.index("medication")
        asked = odds[place] >= thresholds[f"{kind}_medication"]
        return (Hit("medication", "none", MODEL, score=_chance(odds[place])),) if asked else ()
    urgency: Urgency = "emergency" if judgement.emergency >= thresholds[f"{kind}_emergency"] else "urgent"
    serious = [place for place, name in enumerate(CATEGORIES) if name != "medication"]
    top = max(serious, key=odds.__getitem__)
    kept = [place for place in serious if place == top or odds[place] >= thresholds[f"{kind}_category"]]
    return tuple(Hit(CATEGORIES[place], urgency, MODEL, score=_chance(odds[place])) for place in kept)


def _chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def usable(vectors: Sequence[Sequence[float]]) -> bool:
    """True when there are vectors and every value in them is a number."""
    return bool(len(vectors)) and bool(np.isfinite(np.asarray(vectors, dtype=np.float32)).all())


def vector_hits(reading: Reading, hits: tuple[Hit, ...], vectors: Sequence[Sequence[float]]) -> tuple[Hit, ...]:
    """What the models find with the vectors.

    Raises:
        NoVectors: `vectors` is empty.
        ValueError: A vector holds a value that is no number.
    """
    if not len(vectors):
        raise NoVectors("no vectors were given")
    if not usable(vectors):
        raise ValueError("a vector holds a value that is no number")
    return judge(reading, hits, vectors)
