"""Fit what tells of sections with few other askings, on top of an order that was fitted on guidance with many.

The order of guidance with many askings stays as it is to the last digit: each of these signals is 0 there.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge_base.fusion import SCALED, SPARSE, Logistic

if TYPE_CHECKING:
    from knowledge_base.calibrate import Weighed

OF_SPARSE = (SPARSE + "section", *(SPARSE + name for name in SCALED))
WORTH = 3.0
"""What a question about hidden guidance counts against another. What somebody has just written is what carers asked for in vain."""
LOOSE = 3.0
"""How far the weights may go: the variance of the bell curve round 0 that they are pulled to."""
ROUNDS, STEPS = 2, 25
WRONG_KEPT = 15
"""Wrong candidates of a question that are learnt from: those that come nearest to being shown."""

Numbers = NDArray[np.float64]


def with_sparse_part(order: Logistic, weighed: Sequence["Weighed"], names: Sequence[str]) -> Logistic:
    """Return the order with weights for those of `names` that tell of sections with few askings."""
    own = [name for name in names if name.startswith(SPARSE)]
    kept = {name: weight for name, weight in order.signals.items() if name not in own}
    base = Logistic(bias=order.bias, signals=kept)
    found = base
    for _ in range(ROUNDS):
        slopes = _slopes(*_pairs(weighed, base, found, own))
        told = {name: round(float(slope), 4) for name, slope in zip(own, slopes, strict=True)}
        found = Logistic(bias=order.bias, signals={**kept, **told})
    return found


def _pairs(
    weighed: Sequence["Weighed"], base: Logistic, ranking: Logistic, own: Sequence[str]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return how each right candidate differs from the wrong ones nearest to it, by how much the base parts them, and its worth."""
    rows, parted, worth = [], [], []
    for one in weighed:
        likely = np.argsort(-ranking.total(one.signals.columns), kind="stable").tolist()
        meant, wrong = one.meant(likely), [at for at in likely if not one.knows[at]][:WRONG_KEPT]
        if not meant:
            continue
        table = np.stack([one.signals.columns[name] for name in own], axis=1).astype(np.float64)
        totals = base.total(one.signals.columns).astype(np.float64)
        rows.append(table[meant] - table[wrong])
        parted.append(totals[meant] - totals[wrong])
        worth.append(np.full(len(wrong), WORTH if one.is_hidden else 1.0))
    return np.concatenate(rows), np.concatenate(parted), np.concatenate(worth)


def _slopes(rows: Numbers, parted: Numbers, worth: Numbers) -> Numbers:
    """Return the weights that best put the right candidates before the wrong: logistic regression with an offset, by Newton's steps."""
    slopes = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        wrong = 1 / (1 + np.exp(parted + rows @ slopes))
        pull = rows.T @ (worth * wrong) - slopes / LOOSE
        bend = (rows.T * (worth * wrong * (1 - wrong))) @ rows + np.eye(len(slopes)) / LOOSE
        slopes = slopes + np.linalg.solve(bend, pull)
    return slopes
