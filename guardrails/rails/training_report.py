"""Choose thresholds on unseen messages and write down how well the models did, with intervals."""

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np

from rails.danger_model import Judgement, decide
from rails.danger_policy import CATEGORIES
from rails.danger_rules import Hit
from rails.training_data import FOLDS, Row

FALSE_ALARMS = {"full": 0.075, "words": 0.075}
"""The share of hard safe messages that may raise danger."""
CATEGORY_ODDS = 0.0
Counted = dict[str, Any]


def wilson(hits: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """The 95% Wilson interval of a share."""
    if not trials:
        return 0.0, 1.0
    share = hits / trials
    middle = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    size = 1 + z * z / trials
    return max(0.0, (middle - reach) / size), min(1.0, (middle + reach) / size)


def counted(found: Sequence[bool]) -> Counted:
    """A share with its counts and interval."""
    hits, trials = sum(map(bool, found)), len(found)
    low, high = wilson(hits, trials)
    return {
        "hits": hits,
        "of": trials,
        "share": round(hits / max(trials, 1), 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def card(data: Sequence[Row], judged: dict[str, list[Judgement]], hits: Sequence[Sequence[Hit]]) -> dict[str, Any]:
    """The model card: what it learnt from, thresholds, and results on unseen messages."""
    thresholds = {
        name: value for kind, found in judged.items() for name, value in _thresholds(data, found, hits, kind).items()
    }
    return {
        "model": "danger: linear on words, one hidden layer on all-MiniLM-L6-v2 vectors, weighed together with the rules",
        "learnt_from": {
            "messages": len(data),
            "dangerous": sum(row.danger for row in data),
            "blocks": len({row.block for row in data}),
        },
        "method": f"{FOLDS} folds by exemplar block; Wilson 95% intervals; every figure is on messages not learnt from",
        "thresholds": thresholds,
        "results": {kind: _results(data, found, hits, thresholds, kind) for kind, found in judged.items()},
        "rules_alone": _recall(data, lambda at: any(hit.urgency != "none" for hit in hits[at])),
    }


def _thresholds(
    data: Sequence[Row], judged: list[Judgement], hits: Sequence[Sequence[Hit]], kind: str
) -> dict[str, float]:
    """Danger at the allowed false alarms; emergency and medication where both kinds of slip are equal."""
    quiet = [judged[at].danger for at, row in enumerate(data) if row.hard and not _ruled(hits[at])]
    hard = sum(row.hard for row in data)
    spare = FALSE_ALARMS[kind] * hard - (hard - len(quiet))
    danger = float(np.quantile(quiet, 1 - max(spare, 0.01 * hard) / len(quiet)))
    serious = [(judged[at].emergency, row.emergency) for at, row in enumerate(data) if row.danger]
    place = CATEGORIES.index("medication")
    calm = [
        (judged[at].categories[place], "medication" in row.categories) for at, row in enumerate(data) if not row.danger
    ]
    return {
        f"{kind}_danger": round(danger, 3),
        f"{kind}_emergency": round(_balanced(serious), 3),
        f"{kind}_medication": round(_balanced(calm), 3),
        f"{kind}_category": CATEGORY_ODDS,
    }


def _ruled(hits: Sequence[Hit]) -> bool:
    return any(hit.urgency != "none" for hit in hits)


def _balanced(pairs: list[tuple[float, bool]]) -> float:
    """The cut where as large a share of the true as of the false is judged right."""
    true = np.sort([value for value, right in pairs if right])
    false = np.sort([value for value, right in pairs if not right])
    cuts = np.unique(np.concatenate([true, false]))
    gaps = [
        abs(np.searchsorted(true, cut) / len(true) - (1 - np.searchsorted(false, cut) / len(false))) for cut in cuts
    ]
    return float(cuts[int(np.argmin(gaps))])


def _results(
    data: Sequence[Row], judged: list[Judgement], hits: Sequence[Sequence[Hit]], thresholds: dict[str, float], kind: str
) -> dict[str, Any]:
    final = [(*hits[at], *decide(judged[at], thresholds, kind)) for at in range(len(data))]
    raised = [any(hit.urgency != "none" for hit in found) for found in final]
    urgent = [any(hit.urgency == "emergency" for hit in found) for found in final]
    named = [
        bool({hit.category for hit in found} & set(row.categories)) for row, found in zip(data, final, strict=True)
    ]
    emergencies = [at for at, row in enumerate(data) if row.emergency]
    return {
        "recall": _recall(data, raised.__getitem__),
        "emergency_raised": counted([raised[at] for at in emergencies]),
        "emergency_called_emergency": counted([urgent[at] for at in emergencies]),
        "urgent_called_emergency": counted([urgent[at] for at, row in enumerate(data) if row.label == "urgent"]),
        "category_named": counted([named[at] for at, row in enumerate(data) if row.danger and raised[at]]),
        "false_alarms_hard": counted([raised[at] for at, row in enumerate(data) if row.hard]),
        "false_alarms_other": counted([raised[at] for at, row in enumerate(data) if not row.danger and not row.hard]),
        "false_alarms_by_file": {
            name: counted([raised[at] for at, row in enumerate(data) if row.hard and row.file == name])
            for name in sorted({row.file for row in data if row.hard})
        },
    }


def _recall(data: Sequence[Row], raised: Callable[[int], bool]) -> dict[str, Counted]:
    """Share of dangerous messages that were raised, for each category and for all."""
    names = ("all", *CATEGORIES)
    picked = {
        name: [at for at, row in enumerate(data) if row.danger and name in ("all", *row.categories)] for name in names
    }
    return {name: counted([raised(at) for at in places]) for name, places in picked.items() if places}
