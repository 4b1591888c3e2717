"""Make the weights of the model of lines in guidance. Run by developers (`kith rails train --pages`); the service only reads the result.

Lines to find stand in `exemplars/pages/orders.txt`, and those that attackers write to the assistant count too. Honest lines
that share their words stand in `sound.txt`; all guidance and the kind sentences of replies are honest as well. The cuts let
one sentence in fifty of documents that the model has not seen be left out for nothing, with an embedder or without. Where
there is an embedder authors are shown more: nine in ten of the lines to find, in voices that the model has not seen.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPClassifier

from rails.learnt import VECTOR_SCALE, Arrays
from rails.manner_training import MANNERS, keep, sentences_of, table
from rails.page_lines import NET, WEIGHTS, Embed, meant
from rails.reply_text import sentences
from rails.scenes import scenes
from rails.training_report import counted

HERE = Path(__file__).parent
EXEMPLARS = HERE / "exemplars"
STRENGTH = 30.0
"""Inverse of the penalty on large weights."""
HIDDEN, ROUNDS = 96, 12
"""Size of the net on meaning, and how often it sees each line."""
WEIGHT = {"orders": 3.0, "attacks": 0.5, "unkind": 1.0, "sound": 3.0, "kind": 1.0, "good": 0.5, "guidance": 1.0}
TIMES = {"orders": 3, "attacks": 1, "unkind": 1, "sound": 3, "kind": 1, "good": 1, "guidance": 1}
"""How often the net sees a line in a round."""
BAD = ("orders", "attacks", "unkind")
SPARED = 0.02
SHOWN = 0.9
"""Share of the lines to find that an author is shown."""
FOLDS, GROUPS = 4, 40
Row = tuple[str, str, str]
"""Kind, group and text: lines of one voice, or of one document, never stand on both sides of a fold."""


def train(guidance: Path, embed: Embed, into: Path = HERE) -> dict[str, Any]:
    """Fit both models, write their weights and card, and return the card."""
    rows = rows_of(guidance)
    texts, kinds = [text for _, _, text in rows], np.array([kind for kind, _, _ in rows])
    features, vectors = table(texts), np.asarray(embed(texts), dtype=np.float32)
    is_bad, weight = np.isin(kinds, BAD), np.array([WEIGHT[kind] for kind in kinds])
    times = np.repeat(np.arange(len(rows)), [TIMES[kind] for kind in kinds])
    words, meaning = np.zeros(len(rows)), np.zeros(len(rows))
    for learn, test in GroupKFold(FOLDS).split(texts, is_bad, [group for _, group, _ in rows]):
        words[test] = _fit(features[learn], is_bad[learn], weight[learn]).decision_function(features[test])
        seen = times[np.isin(times, learn)]
        meaning[test] = meant(vectors[test], _net(vectors[seen], is_bad[seen]))
    is_guidance = kinds == "guidance"
    cut_words = float(np.quantile(words[is_guidance], 1 - SPARED))
    keep(_fit(features, is_bad, weight), into / WEIGHTS, cut_words)
    both = (words - cut_words + meaning) / 2
    cut = float(np.quantile(both[is_guidance], 1 - SPARED))
    w1, b1, w2, b2 = _halved(_net(vectors[times], is_bad[times]))
    keen = _keen(both[kinds == "orders"] - cut)
    np.savez_compressed(into / NET, w1=w1, b1=b1, w2=w2, b2=b2, cut=np.float32(cut), keen=keen)
    card = {
        "model": "page_lines: linear on words, word pairs and pieces of words; a net of one hidden layer on meaning",
        "learnt_from": {kind: int((kinds == kind).sum()) for kind in WEIGHT},
        "method": f"{FOLDS} folds, a voice or document never on both sides; 95% Wilson intervals; every figure on lines not learnt from",
        "shown_to_authors": {kind: counted((both[kinds == kind] > cut - keen).tolist()) for kind in WEIGHT},
        "called_strange": {kind: counted((both[kinds == kind] > cut).tolist()) for kind in WEIGHT},
        "called_strange_by_words_alone": {
            kind: counted((words[kinds == kind] > cut_words).tolist()) for kind in WEIGHT
        },
    }
    (into / WEIGHTS).with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card


def rows_of(guidance: Path) -> list[Row]:
    """Return all lines to learn from."""
    rows = [
        (kind, f"{kind} {voice}", line)
        for kind in ("orders", "sound")
        for voice, line in _by_voice(f"pages/{kind}.txt")
    ]
    for kind, file in (("attacks", "intent/attack.txt"), ("kind", "replies/kind.txt")):
        rows += [(kind, f"{kind} {number % GROUPS}", line) for number, line in enumerate(_lines(file))]
    rows += [("unkind", f"unkind {number % GROUPS}", line) for number, line in enumerate(_lines("replies/unkind.txt"))]
    rows += list(_of_drafts())
    for number, document in enumerate(sorted(guidance.glob("*.md"))):
        rows += [("guidance", f"guidance {number % GROUPS}", one) for one in sentences_of(document)]
    return rows


def _of_drafts() -> Iterator[Row]:
    """Sentences of replies: of good ones all, of bad ones the marked sentence where its manner shows what is wrong."""
    for one in scenes():
        if one.is_good:
            yield from (("good", one.author, text) for text in sentences(one.reply))
        elif one.kind in MANNERS and one.fault:
            yield "unkind", one.author, sentences(one.reply[one.fault :])[0]


def _keen(odds: Any) -> np.float32:
    """Return how much below the cut the score of all but the oddest lines to find lies."""
    return np.float32(max(0.0, -float(np.quantile(odds, 1 - SHOWN))))


def _fit(features: Any, target: Any, weight: Any) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3).fit(features, target, sample_weight=weight)


def _net(vectors: Any, target: Any) -> Arrays:
    """Fit a net of one hidden layer."""
    made = MLPClassifier((HIDDEN,), alpha=0.3, learning_rate_init=2e-3, max_iter=ROUNDS, random_state=0)
    made.fit(VECTOR_SCALE * vectors, target)
    (w1, w2), (b1, b2) = made.coefs_, made.intercepts_
    return {"w1": w1, "b1": b1, "w2": w2[:, 0], "b2": b2[0]}


def _halved(arrays: Arrays) -> list[Any]:
    return [arrays[name].astype(np.float16) for name in ("w1", "b1", "w2", "b2")]


def _by_voice(file: str) -> list[tuple[str, str]]:
    """Return each line with the heading that it stands under."""
    voice, found = "", []
    for line in (EXEMPLARS / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            voice = line
        elif line.strip() and not line.startswith("# "):
            found.append((voice, line.strip()))
    return found


def _lines(file: str) -> list[str]:
    text = (EXEMPLARS / file).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] not in "#["]
