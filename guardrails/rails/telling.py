"""Tell a message that only tells something from one that asks for something or needs something.

Written rules let through whatever puts a question. Of the rest a linear model, made by `training_tellings.py`, says how far it is
from a need, by its words and by the vector that it already has. In doubt it needs something.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from pydantic import model_validator

from rails import learnt, normalise, policy
from rails.learnt import Arrays, Floats, Scorer
from rails.verdict import Result, Verdict

FILE, RAIL, WEIGHTS = "telling.yaml", "telling", "tellings"
ASKED_NOTHING = "asked for nothing"
UNLESS = "asked for nothing, unless guidance plainly fits"
"""The reasons of a verdict that fails."""


class TellingPolicy(policy.RailPolicy):
    """The whole file. Patterns are regular expressions; `{name}` stands for one of the `parts`."""

    parts: dict[str, str]
    asks: list[str]
    heavy: list[str]

    @cached_property
    def asking(self) -> re.Pattern[str]:
        """Finds a sign that a message asks for something."""
        return policy.pattern(self.asks, self.parts)

    @cached_property
    def weighing(self) -> re.Pattern[str]:
        """Finds a sign of grief, illness or fear."""
        return policy.pattern(self.heavy, self.parts)

    @model_validator(mode="after")
    def patterns_can_be_read(self) -> Self:
        """A pattern that cannot be read would be found out by the first carer who writes."""
        _ = self.asking, self.weighing
        return self


@lru_cache(maxsize=1)
def words() -> TellingPolicy:
    """The shipped policy, read once."""
    return policy.read(FILE, TellingPolicy)


@dataclass(frozen=True, slots=True)
class Model:
    """What the words and the vector say together, as log-odds that a message needs something.

    Below `sure` it only tells something; from there to `may` it does unless guidance plainly fits it.
    """

    scorer: Scorer
    weights: Floats
    bias: float
    sure: float
    may: float

    @classmethod
    def of(cls, arrays: Arrays, cuts: Mapping[str, float]) -> "Model":
        """The model out of the stored arrays."""
        weights, bias = arrays["vector"].astype(np.float32), float(arrays["vector_bias"])
        return cls(Scorer(arrays), weights, bias, cuts["sure"], cuts["may"])

    def need(self, text: str, vectors: Sequence[Sequence[float]]) -> float:
        """Log-odds that a message needs something. Of the whole and its sentences the one counts that needs most."""
        meant = float((np.asarray(vectors, dtype=np.float32) @ self.weights).max()) + self.bias
        return meant + float(self.scorer.words(normalise.words(text))[0])


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights and cuts, read once."""
    arrays, card = learnt.load(WEIGHTS)
    return Model.of(arrays, card["cuts"])


def asks(text: str) -> bool:
    """Whether the words themselves put a question or a request."""
    return bool(words().asking.search(text))


def tells(text: str, vectors: Sequence[Sequence[float]]) -> Verdict:
    """The verdict on one burst of messages: it fails where the message asks for nothing, surely or unless guidance fits it."""
    if asks(text):
        return Verdict(RAIL, Result.PASS, "puts a question")
    if words().weighing.search(text):
        return Verdict(RAIL, Result.PASS, "tells of something heavy")
    if not learnt.usable(vectors):
        return Verdict(RAIL, Result.PASS, "no vector")
    need = model().need(text, vectors)
    if need >= model().may:
        return Verdict(RAIL, Result.PASS, "may need something")
    return Verdict(RAIL, Result.FAIL, ASKED_NOTHING if need < model().sure else UNLESS)
