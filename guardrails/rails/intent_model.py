"""Weigh what the words, the vectors and the rules say about a message's intent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from rails import learnt, senses
from rails.learnt import Floats, Scorer, Stack
from rails.senses import EMPTY, LABELS, SAID, STOP, STOPPED, kind_of

HEADS = ("none", *LABELS)
KINDS = ("words", "full", "tuned")
"""What there is to weigh: words alone; vectors as well; vectors that carry the branch's scores as well."""


OWN = ("other_people", "harm")
"""Labels with a threshold of their own, though they end the turn."""
APART = ("dose", "diagnosis", "legal", "eligibility", *OWN)
"""Labels with a weigher of their own, which hears what each model says of every label: the costliest to miss."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What each model gives one message, one value a head, and the label that a rule named, if any."""

    words: Floats
    meaning: Floats
    sensed: Floats
    ruled: str


@dataclass(frozen=True, slots=True)
class Model:
    """The scorer, how its scores are weighed, and the calibrated thresholds, all as log-odds."""

    scorer: Scorer
    stacks: Mapping[str, Stack]
    thresholds: Mapping[str, float]


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights, read once."""
    arrays, card = learnt.load("intent")
    return Model(Scorer(arrays), stacks(arrays), card["thresholds"])


def stacks(arrays: Mapping[str, Any]) -> dict[str, Stack]:
    """The weighers of labels and of the stop, for each kind, out of the stored arrays."""
    return {name: Stack.of(arrays, name) for kind in KINDS for name in _weighers(kind)}


def _weighers(kind: str) -> list[str]:
    return [f"{kind}_{name}" for name in ("label", "stop", *APART)]


def evidence(scores: Scores, kind: str) -> Floats:
    """What speaks for each label: a rule, then each model's score and its lead over the next best. Shape: (labels, n)."""
    ruled = np.array([float(scores.ruled == name) for name in LABELS], dtype=np.float32)
    columns = [ruled - (1 - ruled) * bool(scores.ruled)]
    for row in (scores.words, scores.meaning)[: KINDS.index(kind) + 1]:
        columns += [row[1:], _lead(row)[1:]]
    if kind == "tuned":
        said = scores.sensed[SAID]
        columns += [said, _lead(said)]
    return np.stack(columns, axis=1).astype(np.float32)


def all_evidence(scores: Scores, kind: str) -> Floats:
    """All that a rule and the models say of a message, for the labels that are weighed apart. Shape: (n,)."""
    ruled = np.array([float(scores.ruled == name) for name in LABELS], dtype=np.float32)
    models = (scores.words, scores.meaning)[: KINDS.index(kind) + 1]
    return np.concatenate([ruled, *models, *([scores.sensed] if kind == "tuned" else [])]).astype(np.float32)


def _lead(row: Floats) -> Floats:
    """How far each value stands above the highest of the others."""
    best = int(np.argmax(row))
    others = np.full_like(row, row[best])
    others[best] = np.delete(row, best).max()
    return row - others


def stop_evidence(scores: Scores, kind: str) -> list[float]:
    """What speaks for a message that is not for Kith."""
    out = [float(scores.ruled in STOPPED), float(bool(scores.ruled) and scores.ruled not in STOPPED)]
    for row in (scores.words, scores.meaning)[: KINDS.index(kind) + 1]:
        ours = row[[1 + LABELS.index(name) for name in STOPPED]]
        out += [float(np.logaddexp.reduce(ours)), float(ours.max()), float(row[0])]
    if kind == "tuned":
        out += [float(scores.sensed[STOP]), float(scores.sensed[0])]
    return out


def weigh(scores: Scores, weighers: Mapping[str, Stack], kind: str) -> tuple[tuple[float, ...], float]:
    """Log-odds of each label, and of a message that is not for Kith at all."""
    said = evidence(scores, kind)
    odds = weighers[f"{kind}_label"].each(said)
    everything = all_evidence(scores, kind)
    for name in APART:
        odds[LABELS.index(name)] = weighers[f"{kind}_{name}"].each(everything)
    return tuple(odds.tolist()), weighers[f"{kind}_stop"](stop_evidence(scores, kind))


def minds(odds: Sequence[float], thresholds: Mapping[str, float], kind: str) -> str:
    """The label with a threshold of its own that a message only just brings to mind: it is answered with a warning."""
    return next((name for name in OWN if odds[LABELS.index(name)] >= thresholds.get(f"{kind}_{name}_hint", np.inf)), "")


def leans(odds: Sequence[float], stop: float, thresholds: Mapping[str, float], kind: str) -> str:
    """The stopped intent that a message only leans to, when it is too doubtful to stop it; "" for the rest."""
    if stop >= thresholds.get(f"{kind}_lean", np.inf):
        return _likest(odds)
    near = (name for name in OWN if odds[LABELS.index(name)] >= thresholds.get(f"{kind}_{name}_lean", np.inf))
    return next(near, "")


def _likest(odds: Sequence[float]) -> str:
    return max(STOPPED, key=lambda name: odds[LABELS.index(name)])


def choose(odds: Sequence[float], stop: float, thresholds: Mapping[str, float], kind: str) -> tuple[str, float]:
    """The label, with its chance: of the stopped ones when `stop` is high, else the one furthest above its threshold."""
    if stop >= thresholds[f"{kind}_stop"]:
        return _likest(odds), _chance(stop)
    above = {
        name: odds[place] - thresholds[f"{kind}_{name}"]
        for place, name in enumerate(LABELS)
        if name in OWN or name not in STOPPED
    }
    best = max(above, key=above.__getitem__)
    chance = _chance(odds[LABELS.index(best)])
    return (best, chance) if above[best] >= 0 else ("none", 1 - chance)


def _chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def look(plain: Sequence[str], ruled: str, vectors: Sequence[Sequence[float]], scorer: Scorer) -> Scores:
    """Measure one message. Vectors that are no numbers count as none."""
    one = vectors[:1] if learnt.usable(vectors) else ()
    felt = senses.of(one)
    return Scores(scorer.words(plain), scorer.meaning(one)[0], EMPTY if felt is None else felt[0], ruled)


def classify(plain: Sequence[str], ruled: str, vectors: Sequence[Sequence[float]] = ()) -> tuple[str, float, str, str]:
    """The intent of a message, its chance, what it leans to and what it brings to mind, by its words, a rule and its vectors."""
    found = model()
    kind = kind_of(vectors[:1] if learnt.usable(vectors) else ())
    odds, stop = weigh(look(plain, ruled, vectors, found.scorer), found.stacks, kind)
    lean, hint = leans(odds, stop, found.thresholds, kind), minds(odds, found.thresholds, kind)
    return *choose(odds, stop, found.thresholds, kind), lean, hint
