"""Put several rankings together, and say how likely each passage is to be about what was asked.

Reciprocal-rank fusion of the rankings (names, whole text, words) picks the candidates. A logistic function of the
same signals orders them and sets the floor; `knowledge_base.calibrate` fits it on `calibration/*.jsonl`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict

from knowledge_base.records import Column


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each candidate: one row a candidate, one column a signal of `columns`."""

    places: Sequence[int]
    columns: dict[str, Column]
    by_words_only: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place in the corpus, and its likelihood, 0 to 1."""

    at: int
    score: float


class Weights(BaseModel):
    """One logistic function and its floor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    signals: dict[str, float]
    floor: float

    def likelihood(self, columns: dict[str, Column]) -> Column:
        """Return each candidate's likelihood, 0 to 1."""
        total = self.bias + sum(weight * columns[name] for name, weight in self.signals.items())
        return np.asarray(1 / (1 + np.exp(-total)), dtype=np.float32)


class Calibration(BaseModel):
    """The fitted numbers, as kept in `calibration/weights.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    with_vector: Weights
    words_only: Weights

    @classmethod
    @cache
    def fitted(cls) -> "Calibration":
        """Return the numbers that Kith ships with."""
        source = resources.files("knowledge_base").joinpath("calibration/weights.yaml").read_text("utf-8")
        return cls.model_validate(yaml.safe_load(source))

    def rank(self, signals: Signals) -> list[Ranked]:
        """Return the candidates at or above the floor, likeliest first."""
        weights = self.words_only if signals.by_words_only else self.with_vector
        scores = weights.likelihood(signals.columns)
        kept = [Ranked(at, float(score)) for at, score in zip(signals.places, scores, strict=True)]
        return sorted((one for one in kept if one.score >= weights.floor), key=lambda one: (-one.score, one.at))


RANK_CONSTANT = 10
"""How fast a rank loses weight. Small, since only the first few places matter to a reader."""


def fuse(rankings: Sequence[Sequence[int]], most: int) -> list[int]:
    """Return the places that the rankings put highest between them, by reciprocal rank."""
    total: dict[int, float] = {}
    for ranking in rankings:
        for rank, at in enumerate(ranking, start=1):
            total[at] = total.get(at, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(total, key=lambda at: (-total[at], at))[:most]
