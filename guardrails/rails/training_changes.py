"""Fit the line over changed words on written replies and their edited copies. Seeded; only training uses it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from rails import form
from rails.draft import Draft
from rails.evidence import Evidence
from rails.scenes import Scene
from rails.training_edits import copies

Array = NDArray[Any]
Changes = dict[str, float]
FEWEST = 4
"""Sentences in which a change must stand before it is weighed."""
FOLDS = 4
STRENGTH = 0.3
"""Inverse of the penalty on large weights."""
COPY_COUNTS = 0.4
"""How much a copy counts beside a reply that somebody wrote."""


@dataclass(frozen=True)
class ChangeLesson:
    """A table of changes: first a row for each sentence of the drafts, then one for each of the copies."""

    names: list[str]
    table: Any
    bad: Array
    weight: Array
    groups: Array
    sentences: int
    """Rows that are of the drafts themselves."""

    def fit(self, learnt: Array) -> LogisticRegression:
        """Fit on these sentences, and on the copies of what the same authors wrote."""
        own = np.isin(self.groups[self.sentences :], np.unique(self.groups[learnt]))
        rows = np.concatenate([learnt, self.sentences + np.flatnonzero(own)])
        line = LogisticRegression(C=STRENGTH, max_iter=300)
        return line.fit(self.table[rows], self.bad[rows], sample_weight=self.weight[rows])

    def unseen(self, learnt: Array, sure: Array) -> Array:
        """Score each of these sentences with a line that has not learnt from its author; `sure` are those to learn from."""
        found = np.zeros(self.sentences)
        for fitted, left in GroupKFold(FOLDS).split(learnt, groups=self.groups[learnt]):
            found[learnt[left]] = self.score(self.fit(learnt[fitted][sure[learnt[fitted]]]), learnt[left])
        return found

    def score(self, line: LogisticRegression, rows: Array) -> Array:
        """Log odds of these rows."""
        return np.asarray(line.decision_function(self.table[rows]))


def change_lesson(
    changes: Sequence[Changes],
    bad: Array,
    weight: Array,
    groups: Array,
    told: dict[str, tuple[int, list[Scene]]],
    seed: int,
) -> ChangeLesson:
    """Read the copies of each author's scenes, and put all changes in one table.

    Args:
        changes: Those of each sentence of the drafts.
        bad: For each sentence, whether it must never be sent.
        weight: How much each counts.
        groups: A number for each, shared by sentences of one author.
        told: For each author, that number and the scenes.
        seed: The same seed gives the same copies.
    """
    made = [
        (group, one, found) for group, some in told.values() for one in copies(some, seed) for found in _of_copy(one)
    ]
    every = [*changes, *(found for _, _, found in made)]
    often = Counter(name for found in every for name in found)
    names = sorted(name for name, count in often.items() if count >= FEWEST)
    return ChangeLesson(
        names, table_of(every, names),
        np.concatenate([bad, [not one.is_good for _, one, _ in made]]).astype(bool),
        np.concatenate([weight, np.full(len(made), COPY_COUNTS)]),
        np.concatenate([groups, [group for group, _, _ in made]]).astype(int), len(changes),
    )  # fmt: skip


def _of_copy(one: Scene) -> list[Changes]:
    draft = Draft.of(one.question, form.mended(one.reply), one.passages, ())
    evidence = Evidence(draft, None)
    return [evidence.changes(said) for said in evidence.told]


def table_of(every: Sequence[Changes], names: Sequence[str]) -> Any:
    """One sparse row for each sentence."""
    place = {name: at for at, name in enumerate(names)}
    cells = [
        (row, place[name], value) for row, found in enumerate(every) for name, value in found.items() if name in place
    ]
    rows, columns, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, columns)), shape=(len(every), len(names)), dtype=np.float64)
