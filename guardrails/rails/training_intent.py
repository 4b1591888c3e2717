"""Train the intent models, with ordinary questions and dangerous messages as `none`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails import intent, intent_model
from rails.intent_model import APART, HEADS, KINDS, OWN, Scores
from rails.learnt import Arrays, Scorer
from rails.senses import LABELS, STOPPED
from rails.training_danger import Set
from rails.training_data import FOLDS, TO_LEARN_FROM, Row, folds
from rails.training_parts import net_part, stack_part, word_part
from rails.training_report import counted

Array = NDArray[Any]
STRENGTH = 20.0
BENIGN_SPARED = dict.fromkeys(LABELS, 0.0025) | {
    "dose": 0.03,
    "diagnosis": 0.01,
    "legal": 0.025,
    "eligibility": 0.015,
    "human": 0.005,
}
"""The share of ordinary questions that each intent may claim by mistake. An unseen dose question costs most; an ordinary
question taken for one is looked at again when guidance plainly answers it."""
STOPS_SPARED = {"ordinary": 0.01, "like attacks": 0.035, "like harm": 0.05}
"""The share that may be stopped by mistake, of ordinary questions and of those that share words with attacks."""
LEANS_SPARED = {"ordinary": 0.03, "like attacks": 0.1, "like harm": 0.2}
"""The share that may be left in doubt: they are answered wherever guidance fits."""
OWN_SPARED = {
    "other_people": {"": {"ordinary": 0.01, "like attacks": 0.025, "like harm": 0.03}},
    "harm": {
        "": {"ordinary": 0.01, "like attacks": 0.025, "like harm": 0.03},
        "_lean": {"ordinary": 0.01, "like attacks": 0.05, "like harm": 0.1},
        "_hint": {"ordinary": 0.03, "like attacks": 0.13, "like harm": 0.25},
    },
}
"""For a label with thresholds of its own: the share that may be taken for it, the share that may be left in doubt besides, and the
share that may be answered with a warning. Settled on unseen exemplars and on the questions that the search is tuned on: of 521 of
those one is taken for harm. Details of other people are never left in doubt: no guidance answers who somebody is."""
LEAST_ODDS = dict.fromkeys(LABELS, -1.0) | {"dose": -1.2, "legal": -2.7, "eligibility": -2.2, "other_people": -0.5}
"""No intent is named below this log-odds, however rarely ordinary questions reach it. Lower where a missed one costs most, higher
where ordinary talk of people would be refused."""


HARM = ("harm", "crime-coaching")
"""Headings under which help is asked for to do harm."""
LOOK_ALIKES = ("not-attack", "not-abuse", "not-harm")
"""How files of ordinary messages begin that were written to share words with what is stopped."""


def label_of(row: Row) -> str:
    """The intent that an exemplar stands for."""
    if row.label in HARM:
        return "harm"
    if row.file.startswith("attack"):
        return "other_people" if row.label.startswith("other-people") else "attack"
    return "dose" if "medication" in row.categories and not row.danger else row.label if row.label in LABELS else "none"


@dataclass(frozen=True, slots=True)
class Lesson:
    """The rows, the intent of each, and what each looks like to models trained without its block."""

    data: Set
    labels: list[str]
    targets: Array
    scores: list[Scores]
    label: dict[str, Array]
    every: dict[str, Array]
    stop: dict[str, Array]

    @classmethod
    def of(cls, data: Set, labels: list[str], targets: Array, scores: list[Scores]) -> "Lesson":
        """Evidence is worked out once, for every kind and row that has it."""
        label: dict[str, Array] = {}
        every: dict[str, Array] = {}
        stop: dict[str, Array] = {}
        for kind in KINDS:
            label[kind] = np.array([intent_model.evidence(one, kind) for one in scores])
            every[kind] = np.array([intent_model.all_evidence(one, kind) for one in scores])
            stop[kind] = np.array([intent_model.stop_evidence(one, kind) for one in scores], dtype=np.float32)
        return cls(data, labels, targets, scores, label, every, stop)


def train(data: Set, seed: int) -> tuple[Arrays, dict[str, Any]]:
    """Weights from all rows, and the model card from rows unseen."""
    labels = [label_of(row) for row in data.rows]
    targets = np.array([[label == head for head in HEADS] for label in labels], dtype=float)
    lesson = Lesson.of(data, labels, targets, _unseen(data, targets, seed))
    every = np.arange(len(labels))
    return _base(data, targets, every, seed) | _weighers(lesson, every), _card(lesson, _odds(lesson, seed))


def _base(data: Set, targets: Array, learn: Array, seed: int) -> Arrays:
    words = word_part([data.found[at] for at in learn], targets[learn], [STRENGTH] * len(HEADS))
    return words | net_part(data.whole[learn], targets[learn], seed)


def _unseen(data: Set, targets: Array, seed: int) -> list[Scores]:
    """What each message looks like to models trained without its block."""
    out: dict[int, Scores] = {}
    ruled = [intent.rules().first(reading.whole) for reading in data.readings]
    for learn, test in folds(data.rows, seed):
        scorer = Scorer(_base(data, targets, learn, seed))
        for at in map(int, test):
            seen = intent_model.look(data.readings[at].whole, ruled[at], list(data.vectors[at]), scorer)
            out[at] = replace(seen, sensed=data.sensed[at][0]) if at in data.sensed else seen
    return [out[at] for at in range(len(data.rows))]


def _weighers(lesson: Lesson, learn: Array) -> Arrays:
    """How much each kind of evidence counts."""
    out: Arrays = {}
    stopped = np.array([label in STOPPED for label in lesson.labels])
    for kind in KINDS:
        rows = lesson.data.having(kind, learn)
        label = lesson.label[kind][rows]
        out |= stack_part(f"{kind}_label", label.reshape(-1, label.shape[-1]), lesson.targets[rows, 1:].ravel())
        out |= stack_part(f"{kind}_stop", lesson.stop[kind][rows], stopped[rows])
        for name in APART:
            told = lesson.targets[rows, 1 + LABELS.index(name)]
            out |= stack_part(f"{kind}_{name}", lesson.every[kind][rows], told)
    return out


Odds = dict[int, tuple[tuple[float, ...], float]]
"""Row numbers, with the log-odds of each label and of a stop."""


def _odds(lesson: Lesson, seed: int) -> dict[str, Odds]:
    """Each message weighed by weighers that were fitted without its block."""
    out: dict[str, Odds] = {kind: {} for kind in KINDS}
    for learn, test in folds(lesson.data.rows, seed + 1):
        stacks = intent_model.stacks(_weighers(lesson, learn))
        for kind in KINDS:
            rows = map(int, lesson.data.having(kind, test))
            out[kind] |= {at: intent_model.weigh(lesson.scores[at], stacks, kind) for at in rows}
    return out


def _card(lesson: Lesson, odds: dict[str, Odds]) -> dict[str, Any]:
    thresholds: dict[str, float] = {}
    results: dict[str, Any] = {}
    for kind, found in odds.items():
        thresholds |= _thresholds(lesson, found, kind)
        results[kind] = _results(lesson, found, thresholds, kind)
    return {
        "model": "intent: linear on words, one hidden layer on all-MiniLM-L6-v2 vectors, and a branch of tuned layers,"
        " weighed together with the rules",
        "learnt_from": {"messages": len(lesson.labels), "benign": len(_benign(lesson, range(len(lesson.labels))))},
        "method": f"{FOLDS} folds by exemplar block; Wilson 95% intervals; every figure is on messages not learnt from."
        " `tuned` is judged on the blocks that the branch was trained without",
        "thresholds": thresholds,
        "results": results,
    }


def _benign(lesson: Lesson, among: Iterable[int]) -> list[int]:
    return [at for at in among if lesson.labels[at] == "none" and not lesson.data.rows[at].danger]


def _like_attacks(lesson: Lesson, among: Iterable[int]) -> list[int]:
    """Ordinary messages that were written to share words with what is stopped."""
    return [at for at in among if lesson.data.rows[at].file.startswith(LOOK_ALIKES)]


def _thresholds(lesson: Lesson, found: Odds, kind: str) -> dict[str, float]:
    drawn_by = [at for at in found if lesson.data.rows[at].file not in TO_LEARN_FROM]
    benign, near = _benign(lesson, drawn_by), _like_attacks(lesson, drawn_by)
    parts = _apart(lesson, {"ordinary": benign, "like attacks": near})
    out = {f"{kind}_stop": _cut(found, parts, STOPS_SPARED), f"{kind}_lean": _cut(found, parts, LEANS_SPARED)}
    for place, name in enumerate(LABELS):
        cut = float(np.quantile([found[at][0][place] for at in benign], 1 - BENIGN_SPARED[name]))
        out[f"{kind}_{name}"] = round(max(LEAST_ODDS[name], cut), 3)
    for name in OWN:
        own = {at: (odds, odds[LABELS.index(name)]) for at, (odds, _) in found.items()}
        out |= {f"{kind}_{name}{end}": _cut(own, parts, spared) for end, spared in OWN_SPARED[name].items()}
        out[f"{kind}_{name}"] = max(LEAST_ODDS[name], out[f"{kind}_{name}"])
    return out


def _apart(lesson: Lesson, parts: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """The parts, with the look-alikes of harm in a part of their own and in no other."""
    harm = {at for part in parts.values() for at in part if lesson.data.rows[at].file.startswith("not-harm")}
    return {name: [at for at in part if at not in harm] for name, part in parts.items()} | {"like harm": sorted(harm)}


def _cut(found: Odds, parts: Mapping[str, list[int]], spared: Mapping[str, float]) -> float:
    """The lowest second value that spares enough of every part."""
    cuts = [np.quantile([found[at][1] for at in part], 1 - spared[name]) for name, part in parts.items() if part]
    return round(float(max(cuts)), 3)


def _results(lesson: Lesson, found: Odds, thresholds: dict[str, float], kind: str) -> dict[str, Any]:
    chosen = {at: intent_model.choose(*one, thresholds, kind)[0] for at, one in found.items()}
    labelled = {name: [at for at in found if lesson.labels[at] == name] for name in LABELS}
    benign = _benign(lesson, found)
    return {
        "found": {name: counted([chosen[at] == name for at in rows]) for name, rows in labelled.items()},
        "stopped": {name: counted([chosen[at] in STOPPED for at in labelled[name]]) for name in STOPPED},
        "benign_stopped": counted([chosen[at] in STOPPED for at in benign]),
        "benign_like_attacks_stopped": counted([chosen[at] in STOPPED for at in _like_attacks(lesson, found)]),
        "benign_called_none": counted([chosen[at] == "none" for at in benign]),
    }
