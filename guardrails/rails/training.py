"""Train the small models from the exemplars. Run when exemplars or rules change; the service never imports this.

Every figure is on messages the models have not seen: five folds, cut by exemplar block, so that near-copies
never stand on both sides. The same seed gives the same weights.
"""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from rails import danger_model, intent_model, training_danger, training_intent
from rails.learnt import Arrays
from rails.training_check import check
from rails.training_danger import Embed, Set
from rails.training_data import UNSEEN, learnt_by_branch, rows, unseen_senses

WEIGHTS = Path(__file__).parent / "weights"


def train(folder: Path, embed: Embed, into: Path = WEIGHTS, seed: int = 0) -> dict[str, Any]:
    """Train on the exemplars in `folder`, write weights and model cards to `into`, and return the cards."""
    lines = rows(folder)
    data = Set(lines, embed, unseen_senses(lines, into / UNSEEN), learnt_by_branch(lines, into / UNSEEN))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the nets stop early on purpose
        danger, danger_card = training_danger.train(data, seed)
        intent, intent_card = training_intent.train(data, seed)
    into.mkdir(parents=True, exist_ok=True)
    _write(into, "danger", danger, danger_card)
    _write(into, "intent", intent, intent_card)
    danger_model.model.cache_clear()
    intent_model.model.cache_clear()
    if into == WEIGHTS:
        danger_card["check"] = check(folder, embed)
        _write_card(into, "danger", danger_card)
    return {"danger": danger_card, "intent": intent_card}


def _write(into: Path, name: str, arrays: Arrays, card: dict[str, Any]) -> None:
    np.savez_compressed(into / f"{name}.npz", allow_pickle=False, **arrays)
    _write_card(into, name, card)


def _write_card(into: Path, name: str, card: dict[str, Any]) -> None:
    (into / f"{name}.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
