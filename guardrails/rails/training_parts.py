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
RARE = 2
"""A feature must stand in this many messages to count, except for the first head."""


def word_part(found: Sequence[Sequence[int]], targets: Array, strengths: Sequence[float]) -> Arrays:
    """A linear model on the words for each column of `targets`, in bytes. `strengths` are inverse penalties."""
    counts = np.bincount(np.concatenate([np.asarray(one, dtype=int) for one in found]), minlength=features.SIZE)
    idf = (np.log((1 + len(found)) / (1 + counts)) + 1).astype(np.float16)
    table = _table(found, idf.astype(np.float32))
    weights = np.zeros((features.SIZE, targets.shape[1]), dtype=np.float32)
    bias = np.zeros(targets.shape[1], dtype=np.float32)
    for head, strength in enumerate(strengths):
        fitted = _linear(strength).fit(table, targets[:, head])
        weights[:, head], bias[head] = fitted.coef_[0], fitted.intercept_[0]
    weights[counts < RARE, 1:] = 0
    scale = np.abs(weights).max(axis=0) / 127
    return {"idf": idf, "words": np.round(weights / scale).astype(np.int8), "words_scale": scale, "words_bias": bias}


def _linear(strength: float) -> Any:
    """Liblinear with a fixed seed: the quickest of equals on wide sparse tables."""
    return LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", random_state=0)


def _table(found: Sequence[Sequence[int]], idf: Array) -> Any:
    """Messages by features: each feature's rarity, with every row of unit length."""
    ends = np.cumsum([0, *(len(one) for one in found)])
    places = np.concatenate([np.asarray(one, dtype=int) for one in found])
    values = idf[places]
    sizes = np.sqrt(np.add.reduceat(values * values, ends[:-1]))
    return csr_matrix((values / np.repeat(sizes, np.diff(ends)), places, ends), shape=(len(found), features.SIZE))


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
