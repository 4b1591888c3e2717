"""The lens: a learnt turn of the embedding space, in which what carers say lies nearer to the section that answers it.

The model was made for any English text. To it "what will a power of attorney set me back" is about attorneys; the lens
has learnt from the guidance's own askings that it is about cost. It is one square matrix over the pinned model's vectors,
so it costs a search next to nothing, and what Chroma holds stays the model's own. `knowledge_base.tune_lens` learns it.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Self

import numpy as np

from knowledge_base.embedding import PINNED_WEIGHTS, Matrix

FILE = "calibration/lens.npy"
BLOCK = 8192
"""Rows turned at a time."""


@dataclass(frozen=True, eq=False)
class Lens:
    """`turn` has shape (d, d), or is None for a model that no lens was learnt for: then vectors stay as they are."""

    turn: Matrix | None = None

    @classmethod
    @cache
    def of(cls, model_hash: str) -> Self:
        """Return the shipped lens if it was learnt for this model."""
        if model_hash != PINNED_WEIGHTS:
            return cls()
        with resources.files("knowledge_base").joinpath(FILE).open("rb") as file:
            return cls(np.load(file, allow_pickle=False).astype(np.float32))

    def rows(self, rows: Matrix) -> Matrix:
        """Turn unit vectors, one a row, and give them unit length again."""
        if self.turn is None or not len(rows):
            return rows
        turned = np.empty_like(rows, dtype=np.float32)
        for start in range(0, len(rows), BLOCK):
            part = rows[start : start + BLOCK] @ self.turn
            turned[start : start + BLOCK] = part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9)
        return turned

    def pointed(self, vector: Matrix) -> Matrix:
        """Return the vector to ask an index of unturned vectors for, so that its neighbours are those of the turned one."""
        return vector if self.turn is None else np.asarray(vector @ self.turn @ self.turn.T, dtype=np.float32)


PLAIN = Lens()
"""Leaves vectors as the model made them."""
