"""Run a small trained model with numpy alone: a linear part on the words, and nets of one hidden layer on the vectors.

`training.py` writes the weights; the model card beside them says from what they were learnt, and how well.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails import features

Floats = NDArray[np.float32]
Arrays = dict[str, NDArray[Any]]
VECTOR_SCALE = 3.0
"""Unit vectors are stretched by this before the nets, which learn faster so."""
CLIP = 12.0
"""No net may be surer than this log-odds."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Weighs evidence into a log-odds: standardised inputs, then a linear sum."""

    mean: Floats
    spread: Floats
    weights: Floats
    bias: float

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> "Stack":
        """One weigher out of the stored arrays."""
        mean, spread, weights = (arrays[f"{name}_{part}"].astype(np.float32) for part in ("mean", "spread", "weights"))
        return cls(mean, spread, weights, float(arrays[f"{name}_bias"]))

    def __call__(self, evidence: Sequence[float]) -> float:
        return float(self.each(np.asarray(evidence, dtype=np.float32)))

    def each(self, evidence: Floats) -> Floats:
        """Weigh each row of a table."""
        weighed: Floats = (((evidence - self.mean) / self.spread) @ self.weights).astype(np.float32)
        return weighed + np.float32(self.bias)


class Scorer:
    """Scores words and vectors. Each score has one value a head, and the heads' meaning is the caller's."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._idf = arrays["idf"].astype(np.float32)
        self._words = arrays["words"]
        self._scale = arrays["words_scale"].astype(np.float32)
        self._bias = arrays["words_bias"].astype(np.float32)
        parts = ("w1", "b1", "w2", "b2")
        self._nets = [
            [arrays[f"net{n}_{part}"].astype(np.float32) for part in parts] for n in range(int(arrays["nets"]))
        ]
        self.heads = len(self._bias)

    def words(self, plain: Sequence[str]) -> Floats:
        """Margin of each head from the words alone."""
        found = features.indices(plain, len(self._idf))
        values = self._idf[found]
        size = float(np.sqrt(values @ values)) or 1.0
        heads = self._words[found].astype(np.float32) * self._scale
        margins: Floats = ((values / size) @ heads + self._bias).astype(np.float32)
        return margins

    def meaning(self, vectors: Sequence[Sequence[float]]) -> Floats:
        """Log-odds of each head for each vector, one row a vector; one row of zeros when there is none."""
        if not len(vectors):
            return np.zeros((1, self.heads), dtype=np.float32)
        rows: Floats = np.asarray(vectors, dtype=np.float32) * np.float32(VECTOR_SCALE)
        total: Floats = np.zeros((len(rows), self.heads), dtype=np.float32)
        for w1, b1, w2, b2 in self._nets:
            total += np.clip(np.maximum(rows @ w1 + b1, 0) @ w2 + b2, -CLIP, CLIP)
        return total / np.float32(len(self._nets))


def usable(vectors: Sequence[Sequence[float]]) -> bool:
    """True when there are vectors and every value in them is a number."""
    return bool(len(vectors)) and bool(np.isfinite(np.asarray(vectors, dtype=np.float32)).all())


def load(name: str) -> tuple[Arrays, dict[str, Any]]:
    """The shipped weights and model card of one model, such as `danger`."""
    folder = resources.files("rails").joinpath("weights")
    with np.load(BytesIO(folder.joinpath(f"{name}.npz").read_bytes()), allow_pickle=False) as stored:
        arrays = dict(stored.items())
    return arrays, json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
