"""Likeness by runs of letters: a misspelt word shares most of its letters with the word that was meant."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.records import Column

SIZES = (3, 4)
"""Letters in a run."""
MANY, COMMON = 20_000, 0.02
"""Among more names than this, runs that a larger share of them holds are passed over: they cost much and tell little."""
NOT_LETTERS = re.compile(r"[^a-z0-9£]+")


class Letters:
    """Names as weighted runs of letters (TF-IDF, unit length). Immutable; any number of threads may ask it."""

    def __init__(self, names: Sequence[str]) -> None:
        """Index names; likeness comes back in the same order."""
        runs = [counted(name) for name in names]
        held = Counter(run for one in runs for run in one)
        self._rarity = {run: math.log((1 + len(names)) / (1 + count)) + 1 for run, count in held.items()}
        self._count = len(names)
        found: dict[str, tuple[list[int], list[float]]] = {run: ([], []) for run in held}
        for at, one in enumerate(runs):
            for run, weight in self._weighed(one).items():
                found[run][0].append(at)
                found[run][1].append(weight)
        if len(names) > MANY:
            found = {run: held for run, held in found.items() if len(held[0]) <= COMMON * len(names)}
            self._rarity = {run: rarity for run, rarity in self._rarity.items() if run in found}
        self._places: dict[str, NDArray[np.intp]] = {run: np.array(at, dtype=np.intp) for run, (at, _) in found.items()}
        self._weights: dict[str, Column] = {run: np.array(w, dtype=np.float32) for run, (_, w) in found.items()}

    def likeness(self, text: str) -> Column:
        """Return the cosine (0 to 1) of a text to each name."""
        asked = self._weighed({run: count for run, count in counted(text).items() if run in self._rarity})
        if not asked:
            return np.zeros(self._count, dtype=np.float32)
        places = np.concatenate([self._places[run] for run in asked])
        weights = np.concatenate([weight * self._weights[run] for run, weight in asked.items()])
        return np.bincount(places, weights, self._count).astype(np.float32)

    def _weighed(self, runs: dict[str, int]) -> dict[str, float]:
        """Weigh runs by how rare they are, and bring the whole to unit length."""
        raw = {run: (1 + math.log(count)) * self._rarity[run] for run, count in runs.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {run: weight / length for run, weight in raw.items()}


@lru_cache(maxsize=10_000)
def counted(text: str) -> dict[str, int]:
    """Count the runs of letters in each word; a word's ends count as a letter."""
    plain = NOT_LETTERS.sub(" ", text.casefold().replace("’", "'").replace("'", ""))
    words = [f" {word} " for word in plain.split()]
    return Counter(word[at : at + size] for word in words for size in SIZES for at in range(len(word) - size + 1))
