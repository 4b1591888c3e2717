"""Put several rankings together, and say how likely each passage is to be about what was asked.

Reciprocal-rank fusion of the rankings (meaning, words, letters) picks the candidates. A logistic function of the same
signals orders them. A second one, of the best candidate and of the message as a whole, tells whether the guidance
speaks of it at all, and so sets the floor. `knowledge_base.calibrate` fits both on questions kept for tuning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict

from knowledge_base.records import Column


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each candidate, one row a candidate, and what speaks for the message, one number a signal."""

    places: Sequence[int]
    columns: Mapping[str, Column]
    message: Mapping[str, float]
    by_words_only: bool


SPARSE = "sparse_"
PLAINLY = "plainly"
"""The column that tells which sections hold nearly every word of the question."""
PLAIN_SCORE = 0.6
"""The least likelihood that guidance speaks of what was asked, when the best section holds nearly every word of it."""


def with_sparse(columns: Mapping[str, Column], sparse: Column) -> dict[str, Column]:
    """Return signals with their share in sections that have few other askings, where they say more, or less, than elsewhere.

    A likeness is the highest to any of a section's askings, so one with twenty of them has twenty chances. A section that
    has none is judged by its heading and text alone, on a scale of its own.
    """
    told = {SPARSE + name: column * sparse for name, column in columns.items() if name in SCALED}
    return {**columns, SPARSE + "section": sparse, **told}


SCALED = ("name", "whole", "document", "name_coverage", "bm25", "letters")
"""Signals that weigh otherwise in a section with few other askings."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place in the corpus, and its likelihood, 0 to 1."""

    at: int
    score: float
    is_plain: bool = False
    """Whether its words alone show that it speaks of what was asked."""


class Logistic(BaseModel):
    """A weighted sum of signals, and the chance that it stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    signals: dict[str, float]

    def total(self, values: Mapping[str, Column] | Mapping[str, np.float32]) -> Column:
        """Return the weighted sum, one a row."""
        parts = [weight * values[name] for name, weight in self.signals.items()]
        return np.asarray(self.bias + sum(parts), dtype=np.float32)


class Weights(BaseModel):
    """How candidates are ordered, and how it is told whether any of them is an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: Logistic
    is_ours: Logistic
    floor: float
    share: float
    """Candidates less likely than this share of the best are left out."""

    def rank(self, signals: Signals) -> list[Ranked]:
        """Return the candidates, likeliest first; none when the message does not look like one of ours."""
        if not len(signals.places):
            return []
        totals = self.order.total(signals.columns)
        best = float(totals.max())
        message = {name: np.float32(value) for name, value in {**signals.message, "best": best}.items()}
        plain = signals.columns.get(PLAINLY, np.zeros_like(totals))
        ours = max(float(chance(self.is_ours.total(message))), PLAIN_SCORE * float(plain[totals.argmax()]))
        if ours < self.floor:
            return []
        shares = chance(totals) / chance(np.float32(best))
        kept = zip(signals.places, (ours * shares).tolist(), shares.tolist(), (plain > 0).tolist(), strict=True)
        return sorted(
            (Ranked(at, score, told) for at, score, share, told in kept if share >= self.share), key=_likeliest_first
        )


def chance(total: Column | np.float32) -> Column:
    """Return the chance, 0 to 1, that a weighted sum stands for."""
    return np.asarray(1 / (1 + np.exp(-total)), dtype=np.float32)


def _likeliest_first(one: Ranked) -> tuple[float, int]:
    return -one.score, one.at


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
        """Return the candidates that may be shown, likeliest first."""
        return (self.words_only if signals.by_words_only else self.with_vector).rank(signals)


RANK_CONSTANT = 10
"""How fast a rank loses weight. Small, since only the first few places matter to a reader."""


def fuse(rankings: Sequence[Sequence[int]], most: int) -> list[int]:
    """Return the places that the rankings put highest between them, by reciprocal rank."""
    total: dict[int, float] = {}
    for ranking in rankings:
        for rank, at in enumerate(ranking, start=1):
            total[at] = total.get(at, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(total, key=lambda at: (-total[at], at))[:most]
