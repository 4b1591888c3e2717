"""How a sentence's meaning lies beside the meanings of what guidance says nearest to it, and of the question: a small net over vectors.

Words can be shared by what is true and by what is turned round, and an honest rewording shares few. The embedder's vectors
know a little of both. `training_meanings` fits the net; what it says is one sign among the others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BESIDE = "meaning_beside"
"""The name of the sign."""
LARGER = 20.0
"""Products of two unit vectors' numbers are tiny; so much larger they stand beside the numbers themselves."""


def compared(vectors: Floats, beside: Floats) -> Floats:
    """What the net is shown of each sentence.

    Args:
        vectors: One unit vector a sentence. Shape: (n, width).
        beside: Those of the nearest and the next nearest sentence of guidance and of the question. Shape: (n, 3, width).
    """
    nearest, next_nearest, asked = beside[:, 0], beside[:, 1], beside[:, 2]
    parts = (
        vectors, nearest, vectors * nearest * LARGER, np.abs(vectors - nearest),
        vectors * next_nearest * LARGER, vectors * asked * LARGER,
    )  # fmt: skip
    return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Meanings:
    """The net: one hidden layer. Shapes: `inner` (6 × width, hidden), `inner_base` and `outer` (hidden,)."""

    inner: Floats
    inner_base: Floats
    outer: Floats
    outer_base: float

    @classmethod
    def of(cls, part: dict[str, Any]) -> "Meanings":
        """The net out of the stored arrays."""
        kept = (part[f"beside_{name}"].astype(np.float32) for name in ("inner", "inner_base", "outer", "outer_base"))
        inner, inner_base, outer, outer_base = kept
        return cls(inner, inner_base, outer, float(outer_base))

    def arrays(self) -> dict[str, Any]:
        """The net as arrays to store, in half precision."""
        told = {"inner": self.inner, "inner_base": self.inner_base, "outer": self.outer, "outer_base": self.outer_base}
        return {f"beside_{name}": np.asarray(value, dtype=np.float16) for name, value in told.items()}

    def score(self, vectors: Floats, beside: Floats) -> Floats:
        """Log odds that each sentence should not be sent, by these meanings alone. Shapes as `compared` takes them."""
        hidden = np.maximum(compared(vectors, beside) @ self.inner + self.inner_base, 0)
        return np.asarray(hidden @ self.outer + self.outer_base, dtype=np.float32)
