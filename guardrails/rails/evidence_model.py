"""Weigh a row of evidence: log odds that a sentence should not be sent. Trained by `training_replies` on written drafts.

Three small models are added up: trees, which see how signs go together; a little of a straight line, which does not overreach; and of a
line over the sentence's meaning, which hears its manner. Two more, over the words that a sentence changes and over its meaning
beside guidance's, give the first two a sign each. Without the weights the rules of the rails decide alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails.evidence import Row
from rails.evidence_meanings import BESIDE, Meanings

Floats = NDArray[np.float32]
FILE, CARD = "replies.npz", "replies.json"
FOR_EACH_DOUBLING = 0.8
CHANGED = "changed_words"
"""The name of the sign that the line over changed words gives."""
OF_LINE, OF_MEANING = 0.3, 0.25
"""How much the straight line and the line over the meaning count beside the trees."""


def of_draft(scores: Sequence[float]) -> float:
    """The odds of a draft: those of its worst sentence, less something for each doubling of the sentences.

    The worst of many scatters higher than the only one: without this a long good reply would be stopped more often.
    """
    return max(scores) - FOR_EACH_DOUBLING * log2(len(scores)) if len(scores) else float("-inf")


@dataclass(frozen=True)
class Trees:
    """Many small trees in flat arrays. A leaf has no left branch (-1); `starts` are their roots."""

    feature: NDArray[np.int32]
    most: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    starts: NDArray[np.int32]
    base: float

    def score(self, row: Floats) -> float:
        """Log odds of one row."""
        at = self.starts
        while (inner := self.left[at] >= 0).any():
            goes_left = row[self.feature[at]] <= self.most[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)
        return self.base + float(self.value[at].sum())


@dataclass(frozen=True)
class EvidenceModel:
    """The weights, and the odds from which a draft is stopped."""

    names: tuple[str, ...]
    trees: Trees
    line: Floats
    line_base: float
    meaning: Floats
    meaning_base: float
    changed: dict[str, float]
    """What each word counts that is added, left out, kept or newly joined."""
    changed_base: float
    beside: Meanings
    stop_above: float
    lean_above: float
    """A phrase that may be innocent stops a draft only above these odds."""

    def score(self, row: Row) -> float:
        """Log odds that a sentence should not be sent."""
        beside = float(self.beside.score(row.vector[None], row.beside[None])[0])
        signs = row.signs | {CHANGED: self.of_changes(row.changes), BESIDE: beside}
        found = np.array([float(signs.get(name, 0.0)) for name in self.names], dtype=np.float32)
        straight = float(found @ self.line) + self.line_base
        meaning = float(row.vector @ self.meaning) + self.meaning_base
        return self.trees.score(found) + OF_LINE * straight + OF_MEANING * meaning

    def of_changes(self, changes: dict[str, float]) -> float:
        """Log odds by the changed words alone."""
        return self.changed_base + sum(self.changed.get(name, 0.0) * count for name, count in changes.items())


@lru_cache(maxsize=1)
def model() -> EvidenceModel:
    """The shipped weights.

    Raises:
        FileNotFoundError: They are missing.
        ValueError: They do not fit their card.
    """
    return load(Path(str(resources.files("rails").joinpath("weights"))))


def load(folder: Path) -> EvidenceModel:
    """The weights in `folder`. Raises as `model` does."""
    card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    with np.load(folder / FILE, allow_pickle=False) as held:
        part = {name: held[name] for name in held.files}
    names = tuple(card["evidence"])
    if len(names) != len(part["line"]):
        raise ValueError(f"{FILE} weighs {len(part['line'])} signs and {CARD} names {len(names)}. Train it again.")
    trees = Trees(
        part["feature"], part["most"], part["left"], part["right"], part["value"], part["starts"], float(part["base"])
    )
    return EvidenceModel(
        names, trees, part["line"], float(part["line_base"]), part["meaning"], float(part["meaning_base"]),
        dict(zip(str(part["changed_words"]).split(), part["changed"].tolist(), strict=True)), float(part["changed_base"]),
        Meanings.of(part), float(card["stop_above"]), float(card["lean_above"]),
    )  # fmt: skip
