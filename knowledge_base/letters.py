"""Likeness by runs of letters: a misspelt word shares most of its letters with the word that was meant."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

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
Numbers = NDArray[np.int32]
Rows = tuple[Numbers, Numbers, Numbers]
"""One row for each run and name that it stands in, by run: the name's place, the run's number, how often."""


class Letters:
    """Names as weighted runs of letters (TF-IDF, unit length). Immutable; any number of threads may ask it."""

    def __init__(self, names: Sequence[str], before: "Letters | None" = None) -> None:
        """Index names; likeness comes back in the same order. What an index `before` counted is not counted again."""
        self._names, self._count = tuple(names), len(names)
        self._rows = before.carried_to(self._names) if before else _counted(self._names)
        owners, runs, counts = self._rows
        starts = np.flatnonzero(np.diff(runs, prepend=np.int32(-1)))
        held = np.diff(starts, append=len(runs))
        rarity = np.log((1 + len(names)) / (1 + held)) + 1
        raw = (1 + np.log(counts)) * np.repeat(rarity, held)
        lengths = np.sqrt(np.bincount(owners, raw * raw, len(names)))
        self._owners, self._weights = owners, (raw / lengths[owners]).astype(np.float32)
        kept = held <= COMMON * len(names) if len(names) > MANY else np.ones(len(held), dtype=bool)
        self._runs, self._rarity, self._starts, self._held = (one[kept] for one in (runs[starts], rarity, starts, held))

    def carried_to(self, names: Sequence[str]) -> Rows:
        """Return the rows of other names: those of names that stay are taken over, only new names are counted."""
        moved, new = _moved(self._names, names)
        owners, runs, counts = (one[moved[self._rows[0]] >= 0] for one in self._rows)
        added = _counted([names[at] for at in new])
        places = np.searchsorted(runs, added[1], side="right")
        added_owners = np.asarray(new, dtype=np.int32)[added[0]]
        return (
            np.insert(moved[owners], places, added_owners),
            np.insert(runs, places, added[1]),
            np.insert(counts, places, added[2]),
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


def _moved(old: Sequence[str], new: Sequence[str]) -> tuple[Numbers, list[int]]:
    """Return where each old name stands among the new ones (-1: nowhere), and the places of those that were not there.

    Mostly one document changes, so what stands before it and after it is not looked up name by name.
    """
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    moved = np.arange(len(old), dtype=np.int32)
    moved[len(old) - end :] += len(new) - len(old)
    spare: dict[str, list[int]] = {}
    for at in range(start, len(old) - end):
        spare.setdefault(old[at], []).append(at)
    moved[start : len(old) - end] = -1
    added = []
    for at in range(start, len(new) - end):
        if held := spare.get(new[at]):
            moved[held.pop()] = at
        else:
            added.append(at)
    return moved, added


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many names at the start are the same."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same)


def _counted(names: Sequence[str]) -> Rows:
    """Count the runs of letters in each word of each name, as numbers; a word's ends count as a letter."""
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
    runs, owners = np.divmod(pairs, len(names) + 1)
    return owners.astype(np.int32), runs.astype(np.int32), counts.astype(np.int32)
