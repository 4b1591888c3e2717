"""Train the danger models from the exemplars. Run when exemplars or rules change; the service never imports this.

Every choice is made on messages the models have not seen: five folds, cut by exemplar block, so that near-copies
never stand on both sides. The same seed gives the same weights.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from rails import danger_model, features, sentences
from rails.danger_model import HEADS, LONG_WORDS, STACKS, VECTOR_SCALE, Model, Seen
from rails.danger_policy import CATEGORIES
from rails.danger_rules import rules
from rails.reading import Reading
from rails.training_data import Row, folds, rows
from rails.training_report import card

Embed = Callable[[list[str]], Sequence[Sequence[float]]]
Array = NDArray[Any]
WEIGHTS = Path(__file__).parent / "weights"
HIDDEN = 64
NETS = 2
ROUNDS = 25
WORDS_STRENGTH = 30.0
CATEGORY_STRENGTH = 10.0
RARE = 2
"""A feature must stand in this many exemplars to count for a category."""


class Set:
    """The rows with everything that does not depend on the fold: words, vectors and rule hits."""

    def __init__(self, data: list[Row], embed: Embed) -> None:
        self.rows = data
        self.readings = [Reading.of(row.text) for row in data]
        self.targets = np.array(
            [[row.danger, *(name in row.categories for name in CATEGORIES), row.emergency] for row in data], float
        )
        self.hits = [rules().hits(reading) for reading in self.readings]
        self.vectors = _vectors(data, embed)
        self.whole = np.array([one[0] for one in self.vectors], dtype=np.float32)
        self.found = [features.indices(reading.whole) for reading in self.readings]


def _vectors(data: list[Row], embed: Embed) -> list[Array]:
    """Vectors of each row: the whole text, and its sentences when it is long."""
    texts = [[row.text, *(sentences.split(row.text) if len(row.text.split()) > LONG_WORDS else [])] for row in data]
    flat = np.asarray(embed([text for group in texts for text in group]), dtype=np.float32)
    ends = np.cumsum([len(group) for group in texts])[:-1]
    return list(np.split(flat, ends))


def train(folder: Path, embed: Embed, into: Path = WEIGHTS, seed: int = 0) -> dict[str, Any]:
    """Train on the exemplars in `folder`, write weights and model card to `into`, and return the card."""
    data = Set(rows(folder), embed)
    seen = _unseen(data, seed)
    stacks = _stacks(data, seen, np.arange(len(data.rows)))
    found = card(data.rows, _judgements(data, seen, seed), data.hits)
    arrays = _base(data, np.arange(len(data.rows)), seed) | stacks
    into.mkdir(exist_ok=True)
    np.savez_compressed(into / "danger.npz", allow_pickle=False, **arrays)
    (into / "danger.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    danger_model.model.cache_clear()
    return found


def _unseen(data: Set, seed: int) -> list[Seen]:
    """What each message looks like to models that were trained without its block."""
    out: dict[int, Seen] = {}
    for learn, test in folds(data.rows, seed):
        scores = Model(_base(data, learn, seed) | _no_stacks(), {"thresholds": {}})
        out |= {int(at): danger_model.look(data.readings[at], data.vectors[at], scores, data.hits[at]) for at in test}
    return [out[at] for at in range(len(data.rows))]


def _base(data: Set, learn: Array, seed: int) -> dict[str, Array]:
    """The word model and the nets, trained on the rows `learn`."""
    return _word_model(data, learn) | _nets(data, learn, seed)


def _word_model(data: Set, learn: Array) -> dict[str, Array]:
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(data.found[at]) for at in learn)])
    places = np.concatenate([data.found[at] for at in learn]).astype(int)
    counts = np.bincount(places, minlength=features.SIZE)
    idf = (np.log((1 + len(learn)) / (1 + counts)) + 1).astype(np.float16)
    table = csr_matrix((idf[places].astype(np.float32), places, ends), shape=(len(learn), features.SIZE))
    sizes = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table = csr_matrix((table.data / np.repeat(sizes, np.diff(ends)), table.indices, table.indptr), shape=table.shape)
    weights = np.zeros((features.SIZE, len(HEADS)), dtype=np.float32)
    bias = np.zeros(len(HEADS), dtype=np.float32)
    for head in range(len(HEADS)):
        fitted = _linear(table, data.targets[learn, head], WORDS_STRENGTH if head == 0 else CATEGORY_STRENGTH)
        weights[:, head], bias[head] = fitted.coef_[0], fitted.intercept_[0]
    weights[counts < RARE, 1:] = 0
    scale = np.abs(weights).max(axis=0) / 127
    return {"idf": idf, "words": np.round(weights / scale).astype(np.int8), "words_scale": scale, "words_bias": bias}


def _linear(table: Any, target: Array, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2000, class_weight="balanced").fit(table, target)


def _nets(data: Set, learn: Array, seed: int) -> dict[str, Array]:
    out: dict[str, Array] = {"nets": np.array(NETS)}
    for place in range(NETS):
        net = MLPClassifier(
            (HIDDEN,), alpha=0.05, max_iter=ROUNDS, random_state=seed + place, learning_rate_init=1e-3, batch_size=64
        )
        net.n_iter_no_change = ROUNDS
        net.fit(data.whole[learn] * VECTOR_SCALE, data.targets[learn])
        parts = (net.coefs_[0], net.intercepts_[0], net.coefs_[1], net.intercepts_[1])
        out |= {
            f"net{place}_{name}": part.astype(np.float16)
            for name, part in zip(("w1", "b1", "w2", "b2"), parts, strict=True)
        }
    return out


def _stacks(data: Set, seen: list[Seen], learn: Array) -> dict[str, Array]:
    """How much each kind of evidence counts, learnt on messages unseen by the models below."""
    out: dict[str, Array] = {}
    serious = data.targets[:, 0] > 0
    for kind, full in (("words", False), ("full", True)):
        danger = np.array([danger_model.danger_evidence(seen[at], full) for at in learn])
        out |= _fit_stack(f"{kind}_danger", danger, data.targets[learn, 0])
        pairs = [(at, place) for at in learn if serious[at] for place in range(len(CATEGORIES) - 1)]
        category = np.array([danger_model.category_evidence(seen[at], place, full) for at, place in pairs])
        out |= _fit_stack(f"{kind}_category", category, np.array([data.targets[at, place + 1] for at, place in pairs]))
        rows_in = [at for at in learn if serious[at]]
        emergency = np.array([danger_model.emergency_evidence(seen[at], full) for at in rows_in])
        out |= _fit_stack(f"{kind}_emergency", emergency, data.targets[rows_in, -1])
    return out


def _fit_stack(name: str, evidence: Array, target: Array) -> dict[str, Array]:
    mean, spread = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    fitted = LogisticRegression(max_iter=2000).fit((evidence - mean) / spread, target)
    return {
        f"{name}_mean": mean.astype(np.float32),
        f"{name}_spread": spread.astype(np.float32),
        f"{name}_weights": fitted.coef_[0].astype(np.float32),
        f"{name}_bias": fitted.intercept_[0].astype(np.float32),
    }


def _no_stacks() -> dict[str, Array]:
    empty = np.zeros(1, dtype=np.float32)
    return {f"{name}_{part}": empty for name in STACKS for part in ("mean", "spread", "weights")} | {
        f"{name}_bias": np.zeros((), dtype=np.float32) for name in STACKS
    }


def _judgements(data: Set, seen: list[Seen], seed: int) -> dict[str, list[danger_model.Judgement]]:
    """Each message weighed by stacks that were fitted without its block."""
    out: dict[str, dict[int, danger_model.Judgement]] = {"words": {}, "full": {}}
    for learn, test in folds(data.rows, seed + 1):
        stacks = _stacks(data, seen, learn)
        weights = {name: danger_model.stack(stacks, name) for name in STACKS}
        for at in test:
            for kind, full in (("words", False), ("full", True)):
                out[kind][int(at)] = danger_model.weigh(seen[at], weights, full)
    return {kind: [found[at] for at in range(len(data.rows))] for kind, found in out.items()}
