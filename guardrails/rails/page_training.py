"""Make the weights of the model of lines in guidance. Run by developers (`kith rails train --pages`); the service only reads the result.

Lines to find stand in `exemplars/pages/orders.txt`, and those that attackers write to the assistant count too. Honest lines
that share their words stand in `sound.txt`; all guidance and the kind sentences of replies are honest as well. The cuts let
one sentence in fifty of documents that the model has not seen be left out for nothing, with an embedder or without. Where
there is an embedder authors are shown more, in two grades: a warning for what hardly any sound line resembles, and the rest of
nine in ten of the lines to find, in voices that the model has not seen, to be read once.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import SVC

from rails.learnt import Arrays
from rails.manner_training import MANNERS, keep, table
from rails.page_lines import FEWEST, NET, WEIGHTS, Embed, meant
from rails.reply_text import sentences, tokens
from rails.scenes import scenes
from rails.training_report import counted

HERE = Path(__file__).parent
EXEMPLARS = HERE / "exemplars"
STRENGTH = 30.0
"""Inverse of the penalty on large weights."""
WIDTH, SOFT = 2.0, 3.0
"""How near two meanings must be to weigh on each other, and how dear a line on the wrong side is."""
WEIGHT = {"orders": 3.0, "attacks": 0.5, "unkind": 1.0, "sound": 3.0, "kind": 1.0, "good": 0.5, "guidance": 1.0}
EACH = {"orders": 1, "attacks": 3, "unkind": 3, "sound": 1, "kind": 3, "good": 6, "guidance": 2}
"""Of so many lines one is compared by meaning: the plentiful kinds would cost much and add little. All are weighed by words."""
BAD = ("orders", "attacks", "unkind")
SPARED = 0.02
SHOWN = 0.92
"""Share of the lines to find that an author is shown in either grade."""
ALARMED = 0.1
"""Share of sound lines that look like them which may be called strange to an author; the rest are only to be read once."""
FOLDS, GROUPS = 4, 40
Row = tuple[str, str, str]
"""Kind, group and text: lines of one voice, or of one document, never stand on both sides of a fold."""


def train(guidance: Path, embed: Embed, into: Path = HERE) -> dict[str, Any]:
    """Fit both models, write their weights and card, and return the card."""
    rows = rows_of(guidance)
    texts, kinds = [text for _, _, text in rows], np.array([kind for kind, _, _ in rows])
    features, near = table(texts), _compared(kinds)
    vectors = _embedded(texts, near, embed)
    is_bad, weight = np.isin(kinds, BAD), np.array([WEIGHT[kind] for kind in kinds])
    words, meaning = np.zeros(len(rows)), np.zeros(len(rows))
    for learn, test in GroupKFold(FOLDS).split(texts, is_bad, [group for _, group, _ in rows]):
        words[test] = _fit(features[learn], is_bad[learn], weight[learn]).decision_function(features[test])
        seen, asked = np.intersect1d(learn, near), np.intersect1d(test, near)
        meaning[asked] = meant(vectors[asked], _neighbours(vectors[seen], is_bad[seen], weight[seen]))
    cut_words = float(np.quantile(words[kinds == "guidance"], 1 - SPARED))
    keep(_fit(features, is_bad, weight), into / WEIGHTS, cut_words)
    scale = float(words[near].std() / meaning[near].std())
    both, kinds = ((words - cut_words + scale * meaning) / 2)[near], kinds[near]
    cut = float(np.quantile(both[kinds == "guidance"], 1 - SPARED))
    found = _neighbours(vectors[near], is_bad[near], weight[near])
    sure = float(np.quantile(both[kinds == "sound"], 1 - ALARMED)) - cut
    keen = _keen(both[kinds == "orders"] - cut)
    kept: dict[str, Any] = {
        **found,
        "lines": np.round(found["lines"] / found["step"]).astype(np.int8),
        "pull": scale * found["pull"],
        "bias": scale * found["bias"],
    }
    np.savez_compressed(into / NET, **kept, cut=np.float32(cut), keen=keen, sure=np.float32(sure))
    card = {
        "model": "page_lines: linear on words, word pairs and pieces of words; nearness of meaning to lines that were learnt",
        "learnt_from": dict(Counter(kind for kind, _, _ in rows)),
        "compared_by_meaning": {kind: int((kinds == kind).sum()) for kind in WEIGHT},
        "method": f"{FOLDS} folds, a voice or document never on both sides; 95% Wilson intervals; every figure on lines not learnt from",
        "shown_to_authors": {kind: counted((both[kinds == kind] > cut - keen).tolist()) for kind in WEIGHT},
        "called_strange_to_authors": {kind: counted((both[kinds == kind] > cut + sure).tolist()) for kind in WEIGHT},
        "called_strange": {kind: counted((both[kinds == kind] > cut).tolist()) for kind in WEIGHT},
        "called_strange_by_words_alone": {
            kind: counted((words[near][kinds == kind] > cut_words).tolist()) for kind in WEIGHT
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
        rows += [("guidance", f"guidance {number % GROUPS}", one) for one in _judged(document)]
    return rows


def _judged(document: Path) -> Iterator[str]:
    """Give the sentences and headings of a document that are long enough to be judged."""
    body = document.read_text(encoding="utf-8").split("---\n", 2)[-1]
    yield from (one for line in body.split("\n") for one in sentences(line) if len(tokens(one)) >= FEWEST)


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


def _compared(kinds: Any) -> Any:
    """Return the places of the lines that are compared by meaning."""
    return np.sort(np.concatenate([np.flatnonzero(kinds == kind)[::every] for kind, every in EACH.items()]))


def _embedded(texts: list[str], near: Any, embed: Embed) -> Any:
    """Return a row a text, empty for those that are not compared."""
    told = np.asarray(embed([texts[at] for at in near]), dtype=np.float32)
    vectors = np.zeros((len(texts), told.shape[1]), dtype=np.float32)
    vectors[near] = told
    return vectors


def _neighbours(vectors: Any, target: Any, weight: Any) -> Arrays:
    """Return the lines that mark the border, in whole steps, and how strongly each pulls a line near it to its own side."""
    step = np.float32(np.abs(vectors).max() / 127)
    rounded = np.round(vectors / step).astype(np.int8)
    made = SVC(C=SOFT, gamma=WIDTH, cache_size=400).fit(step * rounded.astype(np.float32), target, sample_weight=weight)
    return {
        "lines": step * rounded[made.support_].astype(np.float32),
        "step": step,
        "pull": made.dual_coef_[0].astype(np.float32),
        "bias": made.intercept_.astype(np.float32),
        "width": np.float32(WIDTH),
    }


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
