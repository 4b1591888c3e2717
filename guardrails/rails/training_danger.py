"""Train the danger models. Every choice is made on messages that the models have not seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails import danger_model, features, senses, sentences
from rails.danger_model import KINDS, LIFE, OWN, Judgement, Seen
from rails.danger_policy import CATEGORIES
from rails.danger_rules import rules
from rails.learnt import Arrays, Scorer
from rails.reading import Reading
from rails.training_data import Row, Sensed, folds
from rails.training_parts import net_part, stack_part, word_part
from rails.training_report import card

Embed = Callable[[list[str]], Sequence[Sequence[float]]]
Array = NDArray[Any]
DANGER_STRENGTH = 30.0
CATEGORY_STRENGTH = 10.0


class Set:
    """The rows with everything that does not depend on the fold: words, vectors and rule hits."""

    def __init__(
        self, data: list[Row], embed: Embed, sensed: Mapping[int, Sensed], learnt: Sequence[bool] | None = None
    ) -> None:
        """Take the branch's scores of unseen rows from `sensed`, and from the vectors of rows that it has not `learnt`."""
        self.rows = data
        self.readings = [Reading.of(row.text) for row in data]
        self.targets = np.array([_target(row) for row in data], dtype=float)
        self.hits = [rules().hits(reading) for reading in self.readings]
        found = _embedded(data, embed)
        self.vectors = [np.asarray(one, dtype=np.float32) for one in found]
        self.sensed = {**sensed, **_sensed_since(found, learnt or [True] * len(data))}
        self.whole = np.array([one[0] for one in self.vectors], dtype=np.float32)
        self.found = [features.indices(reading.whole) for reading in self.readings]
        self.wide = [features.indices(reading.whole, features.WIDE) for reading in self.readings]

    def having(self, kind: str, among: Array) -> Array:
        """The rows among these that can be judged in this way. Unseen scores of the branch are there for a part only."""
        return np.array([at for at in among if int(at) in self.sensed], dtype=int) if kind == "tuned" else among


def _target(row: Row) -> list[bool]:
    return [row.danger, *(name in row.categories for name in CATEGORIES), row.emergency]


def _embedded(data: list[Row], embed: Embed) -> list[Sequence[Sequence[float]]]:
    """Vectors of each row: the whole text, and its sentences when it is long."""
    texts = [[row.text, *sentences.of_long(row.text)] for row in data]
    flat = iter(embed([text for group in texts for text in group]))
    return [[next(flat) for _ in group] for group in texts]


def _sensed_since(found: list[Sequence[Sequence[float]]], learnt: Sequence[bool]) -> dict[int, Sensed]:
    """The branch's scores of the rows that it has not learnt from, where the vectors carry them."""
    out: dict[int, Sensed] = {}
    for at, vectors in enumerate(found):
        scores = None if learnt[at] else senses.of(vectors)
        if scores is not None:
            rest = scores[1:] if len(scores) > 1 else scores
            out[at] = scores[0], rest[int(np.argmax(rest[:, 0]))]
    return out


def train(data: Set, seed: int) -> tuple[Arrays, dict[str, Any]]:
    """Weights from all rows, and the model card from rows unseen."""
    every = np.arange(len(data.rows))
    seen = unseen(data, seed)
    found = card(data.rows, judgements(data, seen, seed), data.hits)
    return base(data, every, seed) | weighers(data, seen, every), found


def unseen(data: Set, seed: int) -> list[Seen]:
    """What each message looks like to models that were trained without its block."""
    out: dict[int, Seen] = {}
    for learn, test in folds(data.rows, seed):
        scores = Scorer(base(data, learn, seed))
        out |= {int(at): danger_model.look(data.readings[at], data.vectors[at], scores, data.hits[at]) for at in test}
    for at, (whole, best) in data.sensed.items():
        out[at] = replace(out[at], sensed=whole, sensed_best=best)
    return [out[at] for at in range(len(data.rows))]


def base(data: Set, learn: Array, seed: int) -> Arrays:
    """The word model and the nets, trained on the rows `learn`."""
    strengths = [DANGER_STRENGTH] + [CATEGORY_STRENGTH] * (data.targets.shape[1] - 1)
    found = [data.wide[at] for at in learn]
    words = word_part(found, data.targets[learn], strengths, features.WIDE, telling=True)
    return words | net_part(data.whole[learn], data.targets[learn], seed)


def weighers(data: Set, seen: list[Seen], learn: Array) -> Arrays:
    """How much each kind of evidence counts, learnt on messages unseen by the models below."""
    out: Arrays = {}
    for kind in KINDS:
        rows = data.having(kind, learn)
        serious = [int(at) for at in rows if data.rows[at].danger]
        pairs = [(at, place) for at in serious for place in range(len(CATEGORIES) - 1)]
        named = np.array([data.targets[at, place + 1] for at, place in pairs])
        danger = np.array([danger_model.danger_evidence(seen[at], kind) for at in rows])
        category = np.array([danger_model.category_evidence(seen[at], place, kind) for at, place in pairs])
        emergency = np.array([danger_model.emergency_evidence(seen[at], kind) for at in serious])
        out |= stack_part(f"{kind}_danger", danger, data.targets[rows, 0])
        for name in OWN:
            own = np.array(
                [
                    danger_model.own_evidence(seen[at], name, kind, so_far)
                    for at, so_far in zip(rows, danger, strict=True)
                ]
            )
            out |= stack_part(f"{kind}_{name}", own, np.array([_shows(data.rows[at], name) for at in rows]))
        out |= stack_part(f"{kind}_category", category, named)
        out |= stack_part(f"{kind}_emergency", emergency, data.targets[serious, -1])
    return out


def _shows(row: Row, name: str) -> bool:
    """Whether a message shows one of `OWN`."""
    return row.danger and (row.emergency if name == LIFE else name in row.categories)


def judgements(data: Set, seen: list[Seen], seed: int) -> dict[str, dict[int, Judgement]]:
    """Each message weighed by weighers that were fitted without its block."""
    out: dict[str, dict[int, Judgement]] = {kind: {} for kind in KINDS}
    for learn, test in folds(data.rows, seed + 1):
        stacks = danger_model.stacks(weighers(data, seen, learn))
        for kind in KINDS:
            out[kind] |= {int(at): danger_model.weigh(seen[at], stacks, kind) for at in data.having(kind, test)}
    return out
