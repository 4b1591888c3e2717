"""Weights in one byte each, rounded so that a layer gives what it gave on real texts.

Plain rounding is not enough for this model: a few channels are ten times as large as the others, and rounding errors add
up over the layers (cosine 0.96 to the original at worst). So the largest channels stay in full, and every weight's error is
made good by the weights that are not yet rounded.

Source:
    Frantar, E. et al. (2022), GPTQ, arXiv:2210.17323, for the order and the making good.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
MOST = 127
DAMPING = 0.01
"""Share of the average energy that is added to each channel, so that a channel that was never seen can be divided by."""
BLOCK = 128
AT_ONCE = 1000
"""Rows that are kept before they are summed: one sum a text would take longer than the model."""


@dataclass
class Seen:
    """What went into a product on the texts that it is fitted on: rows (t, k) of each text in turn."""

    rows: list[Numbers] = field(default_factory=list)
    sums: Numbers = field(default_factory=lambda: np.zeros(()))
    largest: Numbers = field(default_factory=lambda: np.zeros(()))

    def add(self, rows: Numbers) -> None:
        """Take in the rows of one text. Each text counts the same, however long: its vector is an average of its rows."""
        self.largest = np.maximum(self.largest, np.abs(rows).max(axis=0))
        self.rows.append(rows / np.sqrt(len(rows)))
        if sum(map(len, self.rows)) >= AT_ONCE:
            self.sums = self.energy()

    def energy(self) -> Numbers:
        """How the channels go together, summed over the texts. Shape: (k, k)."""
        rows, self.rows = self.rows, []
        if rows:
            stacked = np.concatenate(rows)
            self.sums = self.sums + stacked.T @ stacked
        return self.sums


@dataclass(frozen=True)
class Bytes:
    """One product's weights: `numbers` (k, n) in bytes, a scale a column (n,), and the channels that stay in full."""

    numbers: NDArray[np.int8]
    scales: NDArray[np.float32]
    apart: NDArray[np.int64]

    @property
    def rest(self) -> NDArray[np.int64]:
        """The channels that are in bytes."""
        return np.setdiff1d(np.arange(len(self.numbers)), self.apart)


def in_bytes(weights: Numbers, seen: Seen, apart: int) -> Bytes:
    """Round a product's weights (k, n), but for the rows of the `apart` channels that were largest."""
    by_size = np.argsort(seen.largest, kind="stable")
    kept, out = by_size[: len(by_size) - apart], np.sort(by_size[len(by_size) - apart :])
    energy = seen.energy()
    kept = kept[np.argsort(-energy.diagonal()[kept], kind="stable")]
    scales = np.maximum(np.abs(weights[kept]).max(axis=0) / MOST, 1e-12).astype(np.float32)
    numbers = np.zeros(weights.shape, dtype=np.int8)
    numbers[kept] = _rounded(weights[kept].T / scales[:, None], _makes_good(energy[np.ix_(kept, kept)])).T
    return Bytes(numbers, scales, out.astype(np.int64))


def _makes_good(energy: Numbers) -> Numbers:
    """How far each later channel can stand in for an earlier one's error: an upper triangle (k, k)."""
    energy = energy.astype(np.float64)
    energy[np.diag_indices_from(energy)] += DAMPING * energy.diagonal().mean()
    upper: Numbers = np.linalg.cholesky(np.linalg.inv(energy)).T
    return upper.astype(np.float32)


def _rounded(rows: Numbers, upper: Numbers) -> Numbers:
    """Round column by column, and move each column's error on to those after it. Shape of `rows`: (n, k)."""
    rows, width = np.ascontiguousarray(rows, dtype=np.float32), rows.shape[1]
    out = np.zeros_like(rows)
    for start in range(0, width, BLOCK):
        end = min(start + BLOCK, width)
        block = rows[:, start:end].copy()
        errors = np.zeros_like(block)
        for at in range(end - start):
            out[:, start + at] = np.clip(np.round(block[:, at]), -MOST, MOST)
            errors[:, at] = (block[:, at] - out[:, start + at]) / upper[start + at, start + at]
            block[:, at + 1 :] -= np.outer(errors[:, at], upper[start + at, start + at + 1 : end])
        rows[:, end:] -= errors @ upper[start:end, end:]
    return out
