"""A vector as short text, to be sealed and stored with the question that it belongs to."""

import base64
from collections.abc import Sequence

import numpy as np


def packed(vector: Sequence[float]) -> str:
    """Return a vector as short text, to be sealed. Half precision moves a cosine by less than 0.001."""
    return base64.b64encode(np.asarray(vector, dtype=np.float16).tobytes()).decode("ascii")


def unpacked(text: str) -> tuple[float, ...]:
    """Return the vector that `packed` wrote, at unit length."""
    row = np.frombuffer(base64.b64decode(text), dtype=np.float16).astype(np.float32)
    return tuple((row / max(float(np.linalg.norm(row)), 1e-9)).tolist())
