"""Train the intent models, with ordinary questions and dangerous messages as `none`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails import intent, intent_model
from rails.intent_model import HEADS, LABELS, TURNED_AWAY
from rails.learnt import Arrays, Floats, Scorer, Stack
from rails.training_danger import Set
from rails.training_data import FOLDS, Row, folds
from rails.training_parts import net_part, stack_part, word_part
from rails.training_report import counted

Array = NDArray[Any]
STRENGTH = 20.0
BENIGN_SPARED = 0.0025
"""The share of ordinary questions that each intent may claim by mistake."""
LEAST_ODDS = -1.0
"""No intent is named below this log-odds, however rarely ordinary questions reach it."""
KINDS = (("words", False), ("full", True))


def label_of(row: Row) -> str:
    """The intent that an exemplar stands for."""
    if row.file == "attack":
        return "other_people" if row.label.startswith("other-people") else "attack"
    return "dose" if "medication" in row.categories and not row.danger else row.label if row.label in LABELS else "none"


def train(data: Set, seed: int) -> tuple[Arrays, dict[str, Any]]:
    """Weights from all rows, and the model card from rows unseen."""
    labels = [label_of(row) for row in data.rows]
    targets = np.array([[label == head for head in HEADS] for label in labels], dtype=float)
    ruled = [intent.rules().first(reading.whole) for reading in data.readings]
    scores = _unseen(data, targets, seed)
    every = np.arange(len(labels))
    odds = {kind: _odds(data, scores, ruled, targets, seed, kind, full) for kind, full in KINDS}
    arrays = _base(data, targets, every, seed)
    for kind, full in KINDS:
        arrays |= _weigher(scores, ruled, targets, every, kind, full)
    return arrays, _card(data, labels, odds)


def _base(data: Set, targets: Array, learn: Array, seed: int) -> Arrays:
    words = word_part([data.found[at] for at in learn], targets[learn], [STRENGTH] * len(HEADS))
    return words | net_part(data.whole[learn], targets[learn], seed)


def _unseen(data: Set, targets: Array, seed: int) -> dict[int, tuple[Floats, Floats]]:
    """Word and vector scores of each message from models trained without its block."""
    out: dict[int, tuple[Floats, Floats]] = {}
    for learn, test in folds(data.rows, seed):
        scorer = Scorer(_base(data, targets, learn, seed))
        meaning = scorer.meaning(data.whole[test])
        out |= {int(at): (scorer.words(data.readings[at].whole), row) for at, row in zip(test, meaning, strict=True)}
    return out


def _weigher(
    scores: dict[int, tuple[Floats, Floats]], ruled: list[str], targets: Array, learn: Array, kind: str, full: bool
) -> Arrays:
    pairs = [(int(at), place) for at in learn for place in range(len(LABELS))]
    seen = np.array([intent_model.evidence(*scores[at], place, ruled[at], full) for at, place in pairs])
    return stack_part(f"stack_{kind}", seen, np.array([targets[at, place + 1] for at, place in pairs]))


def _odds(
    data: Set,
    scores: dict[int, tuple[Floats, Floats]],
    ruled: list[str],
    targets: Array,
    seed: int,
    kind: str,
    full: bool,
) -> list[tuple[float, ...]]:
    out: dict[int, tuple[float, ...]] = {}
    for learn, test in folds(data.rows, seed + 1):
        stack = Stack.of(_weigher(scores, ruled, targets, learn, kind, full), f"stack_{kind}")
        out |= {int(at): intent_model.weigh(*scores[at], ruled[at], stack, full) for at in test}
    return [out[at] for at in range(len(data.rows))]


def _card(data: Set, labels: list[str], odds: dict[str, list[tuple[float, ...]]]) -> dict[str, Any]:
    benign = [at for at, row in enumerate(data.rows) if labels[at] == "none" and not row.danger]
    thresholds: dict[str, float] = {}
    results: dict[str, Any] = {}
    for kind, found in odds.items():
        for place, name in enumerate(LABELS):
            cut = float(np.quantile([found[at][place] for at in benign], 1 - BENIGN_SPARED))
            thresholds[f"{kind}_{name}"] = round(max(LEAST_ODDS, cut), 3)
        chosen = [intent_model.choose(one, thresholds, kind)[0] for one in found]
        results[kind] = {
            "found": {
                name: counted([chosen[at] == name for at, label in enumerate(labels) if label == name])
                for name in LABELS
            },
            "benign_turned_away": counted([chosen[at] in TURNED_AWAY for at in benign]),
            "benign_called_none": counted([chosen[at] == "none" for at in benign]),
        }
    return {
        "model": "intent: linear on words, one hidden layer on all-MiniLM-L6-v2 vectors, weighed together with the rules",
        "learnt_from": {"messages": len(labels), "benign": len(benign)},
        "method": f"{FOLDS} folds by exemplar block; Wilson 95% intervals; every figure is on messages not learnt from",
        "thresholds": thresholds,
        "results": results,
    }
