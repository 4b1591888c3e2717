"""Likeness by runs of letters: a misspelt word shares most of its letters with the word that was meant."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.records import Column

SIZES = (3, 4)
"""Letters in a run."""
MANY, COMMON = 20_000, 0.02
"""Among more names than this, runs that a larger share of them holds are passed over: they cost much and tell little."""
NOT_LETTERS = re.compile(r"[^a-z0-9£\n]+")
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789£"
CODES = np.zeros(256, dtype=np.int64)
"""The number of each letter; 0 for a space or a line's end."""
CODES[[ord(letter) for letter in ALPHABET]] = np.arange(1, len(ALPHABET) + 1)
BASE = len(ALPHABET) + 1
MOST_RUNS = BASE ** max(SIZES)
Numbers = NDArray[np.int64]


class Letters:
    """Names as weighted runs of letters (TF-IDF, unit length). Immutable; any number of threads may ask it."""

    def __init__(self, names: Sequence[str]) -> None:
        """Index names; likeness comes back in the same order."""
        self._count = len(names)
        owners, runs, counts = _counted(names)
        starts = np.flatnonzero(np.diff(runs, prepend=-1))
        held = np.diff(starts, append=len(runs))
        self._runs = runs[starts]
        self._rarity = np.log((1 + len(names)) / (1 + held)) + 1
        raw = (1 + np.log(counts)) * np.repeat(self._rarity, held)
        lengths = np.sqrt(np.bincount(owners, raw * raw, len(names)))
        self._owners, self._weights = owners, (raw / lengths[owners]).astype(np.float32)
        kept = held <= COMMON * len(names) if len(names) > MANY else np.ones(len(held), dtype=bool)
        self._runs, self._rarity, self._starts, self._held = (
            one[kept] for one in (self._runs, self._rarity, starts, held)
        )

    def likeness(self, text: str) -> Column:
        """Return the cosine (0 to 1) of a text to each name."""
        asked, times = _asked(text)
        at = np.searchsorted(self._runs, asked)
        known = np.flatnonzero(np.take(self._runs, at, mode="clip") == asked) if len(self._runs) else at[:0]
        if not len(known):
            return np.zeros(self._count, dtype=np.float32)
        at = at[known]
        raw = (1 + np.log(times[known])) * self._rarity[at]
        weights = raw / np.sqrt((raw * raw).sum())
        held = self._held[at]
        places = np.arange(int(held.sum())) + np.repeat(self._starts[at] - np.cumsum(held) + held, held)
        return np.bincount(self._owners[places], np.repeat(weights, held) * self._weights[places], self._count).astype(
            np.float32
        )


@lru_cache(maxsize=1000)
def _asked(text: str) -> tuple[Numbers, Numbers]:
    """Return the runs of a question, and how often each stands there."""
    _, runs, counts = _counted([text])
    return runs, counts


def _counted(names: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Count the runs of letters in each word of each name, as numbers; a word's ends count as a letter.

    Returns one row for each run and name that it stands in, in order: the name's place, the run's number, how often.
    """
    lines = "\n".join(name.replace("\n", " ") for name in names).casefold().replace("’", "'").replace("'", "")
    marks = np.frombuffer(f"\n{NOT_LETTERS.sub(' ', lines)}\n".encode("latin-1"), dtype=np.uint8)
    codes, owner = CODES[marks], np.cumsum(marks == ord("\n")) - 1
    found = []
    for size in SIZES:
        windows = (
            np.lib.stride_tricks.sliding_window_view(codes, size) if len(codes) >= size else codes[:0].reshape(0, size)
        )
        inside = np.flatnonzero((windows[:, 1:-1] > 0).all(axis=1))
        numbers = windows[inside] @ (BASE ** np.arange(size))
        found.append(((size - SIZES[0]) * MOST_RUNS + numbers) * (len(names) + 1) + owner[inside + 1])
    pairs, counts = np.unique(np.concatenate(found), return_counts=True)
    return pairs % (len(names) + 1), pairs // (len(names) + 1), counts
