"""Put several rankings together, and say how likely each passage is to be about what was asked.

Order: reciprocal-rank fusion of the three rankings (heading, whole text, words).
Score: a logistic function of the same signals, fitted on `calibration/*.jsonl` by `knowledge_base.calibrate`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each candidate. Columns run beside `places`; `label` and `whole` are None without a vector."""

    places: Sequence[int]
    label: Column | None
    whole: Column | None
    bm25: Column
    coverage: Column


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place in the corpus, and its likelihood, 0 to 1."""

    at: int
    score: float


class Weights(BaseModel):
    """One logistic function and its floor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    label: float = 0.0
    whole: float = 0.0
    coverage: float
    bm25: float = 0.0
    floor: float


class Settings(BaseModel):
    """The calibrated numbers, as kept in `calibration/weights.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rank_constant: float
    with_vector: Weights
    words_only: Weights


class Fusion:
    """Ranks candidates and drops those below the floor."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    @cache
    def calibrated(cls) -> "Fusion":
        """Return the fusion with the numbers that were fitted."""
        source = resources.files("knowledge_base").joinpath("calibration/weights.yaml").read_text("utf-8")
        return cls(Settings.model_validate(yaml.safe_load(source)))

    def rank(self, signals: Signals) -> list[Ranked]:
        """Return the candidates at or above the floor, best first."""
        weights = self.settings.words_only if signals.whole is None else self.settings.with_vector
        scores = likelihood(weights, signals)
        fused = self.fused(signals)
        order = sorted(range(len(signals.places)), key=lambda at: (-fused[at], signals.places[at]))
        return [Ranked(signals.places[at], float(scores[at])) for at in order if scores[at] >= weights.floor]

    def fused(self, signals: Signals) -> Column:
        """Return the reciprocal-rank score of each candidate."""
        columns = [one for one in (signals.label, signals.whole, signals.bm25) if one is not None]
        total = np.zeros(len(signals.places), dtype=np.float32)
        for column in columns:
            ranks = np.empty(len(column), dtype=np.float32)
            ranks[np.argsort(-column, kind="stable")] = np.arange(1, len(column) + 1)
            total += np.where(column > 0, 1 / (self.settings.rank_constant + ranks), 0)
        return total


def likelihood(weights: Weights, signals: Signals) -> Column:
    """Return each candidate's likelihood, 0 to 1, from its signals."""
    total = weights.bias + weights.coverage * signals.coverage + weights.bm25 * np.log1p(signals.bm25)
    if signals.label is not None and signals.whole is not None:
        total = total + weights.label * signals.label + weights.whole * signals.whole
    result: Column = (1 / (1 + np.exp(-total))).astype(np.float32)
    return result


def logit(probability: float) -> float:
    """Return the logarithm of the odds."""
    return math.log(probability / (1 - probability))
