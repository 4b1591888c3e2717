"""The pieces that every model here is trained from. Needs scikit-learn, so the service never imports it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from rails import features
from rails.learnt import VECTOR_SCALE, Arrays

Array = NDArray[Any]
HIDDEN = 64
NETS = 2
ROUNDS = 25
LEAST_TOLD = 0.3
"""What a feature counts that tells nothing of danger: it may still tell a category."""
RARE = 2
"""A feature must stand in this many messages to count, except for the first head."""


def word_part(
    found: Sequence[Sequence[int]],
    targets: Array,
    strengths: Sequence[float],
    size: int = features.SIZE,
    telling: bool = False,
) -> Arrays:
    """A linear model on the words for each column of `targets`, in bytes.

    Args:
        found: The features of each message, as numbers below `size`.
        targets: Shape (messages, heads), of zeros and ones.
        strengths: Inverse penalties, one a head.
        size: How many features there are.
        telling: Weigh a feature also by how much more often it stands in messages of the first head than in others.
    """
    counts = _counts(found, size)
    idf = np.log((1 + len(found)) / (1 + counts)) + 1
    if telling:
        idf *= _tells(found, targets[:, 0] > 0, size)
    idf = idf.astype(np.float16)
    table = _table(found, idf.astype(np.float32))
    weights = np.zeros((size, targets.shape[1]), dtype=np.float32)
    bias = np.zeros(targets.shape[1], dtype=np.float32)
    for head, strength in enumerate(strengths):
        fitted = _linear(strength).fit(table, targets[:, head])
        weights[:, head], bias[head] = fitted.coef_[0], fitted.intercept_[0]
    weights[counts < RARE, 1:] = 0
    scale = np.abs(weights).max(axis=0) / 127
    return {"idf": idf, "words": np.round(weights / scale).astype(np.int8), "words_scale": scale, "words_bias": bias}


def _counts(found: Sequence[Sequence[int]], size: int) -> Array:
    return np.bincount(np.concatenate([np.asarray(one, dtype=int) for one in found]), minlength=size)


def _tells(found: Sequence[Sequence[int]], true: Array, size: int) -> Array:
    """How far each feature's share among the true messages is from its share among the others, as a log ratio."""
    inside = 1.0 + _counts([one for one, right in zip(found, true, strict=True) if right], size)
    outside = 1.0 + _counts([one for one, right in zip(found, true, strict=True) if not right], size)
    ratio: Array = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum()))) + LEAST_TOLD
    return ratio


def _linear(strength: float) -> Any:
    """Liblinear with a fixed seed: the quickest of equals on wide sparse tables."""
    return LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", random_state=0)


def _table(found: Sequence[Sequence[int]], idf: Array) -> Any:
    """Messages by features: each feature's rarity, with every row of unit length."""
    ends = np.cumsum([0, *(len(one) for one in found)])
    places = np.concatenate([np.asarray(one, dtype=int) for one in found])
    values = idf[places]
    sizes = np.sqrt(np.add.reduceat(values * values, ends[:-1]))
    return csr_matrix((values / np.repeat(sizes, np.diff(ends)), places, ends), shape=(len(found), len(idf)))


def net_part(vectors: Array, targets: Array, seed: int) -> Arrays:
    """Nets of one hidden layer on the vectors, all heads at once."""
    out: Arrays = {"nets": np.array(NETS)}
    for place in range(NETS):
        net = MLPClassifier(
            (HIDDEN,), alpha=0.05, max_iter=ROUNDS, random_state=seed + place, learning_rate_init=1e-3, batch_size=64
        )
        net.fit(vectors * VECTOR_SCALE, targets)
        parts = zip(("w1", "b1", "w2", "b2"), _layers(net), strict=True)
        out |= {f"net{place}_{name}": part.astype(np.float16) for name, part in parts}
    return out


def _layers(net: Any) -> tuple[Array, Array, Array, Array]:
    return net.coefs_[0], net.intercepts_[0], net.coefs_[1], net.intercepts_[1]


def stack_part(name: str, evidence: Array, target: Array) -> Arrays:
    """How much each kind of evidence counts."""
    mean, spread = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    fitted = LogisticRegression(max_iter=2000).fit((evidence - mean) / spread, target)
    return {
        f"{name}_mean": mean.astype(np.float32),
        f"{name}_spread": spread.astype(np.float32),
        f"{name}_weights": fitted.coef_[0].astype(np.float32),
        f"{name}_bias": fitted.intercept_[0].astype(np.float32),
    }
