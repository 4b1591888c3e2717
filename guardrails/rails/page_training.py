"""Make the weights of the model of lines in guidance. Run by developers; the service only reads the result.

    python -m rails.page_training FOLDER_OF_GUIDANCE

Lines to find stand in `exemplars/pages/orders.txt`, and those that attackers write to the assistant count too. Honest lines
that share their words stand in `sound.txt`; all guidance and the kind sentences of replies are honest as well. The cut lets one
sentence in a hundred of documents that the model has not seen be looked at for nothing.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from rails.manner_training import keep, sentences_of, table
from rails.page_lines import WEIGHTS
from rails.training_report import counted

HERE = Path(__file__).parent
EXEMPLARS = HERE / "exemplars"
STRENGTH = 30.0
"""Inverse of the penalty on large weights."""
WEIGHT = {"orders": 3.0, "attacks": 0.5, "sound": 3.0, "kind": 1.0, "guidance": 1.0}
BAD = ("orders", "attacks")
SPARED = 0.01
FOLDS, GROUPS = 5, 40


def train(guidance: Path, into: Path = HERE / WEIGHTS) -> dict[str, Any]:
    """Fit the model, write its weights and its card, and return the card."""
    files = {
        "orders": "pages/orders.txt",
        "attacks": "intent/attack.txt",
        "sound": "pages/sound.txt",
        "kind": "replies/kind.txt",
    }
    rows = [(kind, number % GROUPS, line) for kind, file in files.items() for number, line in enumerate(_lines(file))]
    documents = sorted(guidance.glob("*.md"))
    rows += [("guidance", number % GROUPS, one) for number, file in enumerate(documents) for one in sentences_of(file)]
    kinds = np.array([kind for kind, _, _ in rows])
    features, target = table([line for _, _, line in rows]), np.isin(kinds, BAD)
    weight = np.array([WEIGHT[kind] for kind in kinds])
    unseen = np.zeros(len(rows))
    for learn, test in GroupKFold(FOLDS).split(features, target, [group for _, group, _ in rows]):
        unseen[test] = _fit(features[learn], target[learn], weight[learn]).decision_function(features[test])
    cut = float(np.quantile(unseen[kinds == "guidance"], 1 - SPARED))
    keep(_fit(features, target, weight), into, cut)
    card = {
        "model": "page_lines: linear on words, word pairs and pieces of words",
        "learnt_from": {kind: int((kinds == kind).sum()) for kind in WEIGHT},
        "method": f"{FOLDS} folds, a document never on both sides; 95% Wilson intervals; every figure on lines not learnt from",
        "called_strange": {kind: counted([bool(one > cut) for one in unseen[kinds == kind]]) for kind in WEIGHT},
    }
    into.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card


def _fit(features: Any, target: Any, weight: Any) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=500).fit(features, target, sample_weight=weight)


def _lines(file: str) -> list[str]:
    text = (EXEMPLARS / file).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] not in "#["]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(train(Path(sys.argv[1])), indent=1) + "\n")
