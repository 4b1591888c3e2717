"""Choose thresholds on unseen messages and write down how well the models did, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np

from rails.danger_model import GRAVEST, LIFE, NEAR, Judgement, decide, near, rules_stand
from rails.danger_policy import CATEGORIES
from rails.danger_rules import Hit
from rails.training_data import FOLDS, TO_LEARN_FROM, Row

FALSE_ALARMS = {"words": 0.14, "full": 0.1, "tuned": 0.07}
"""The share of hard safe messages that may raise danger: a text with numbers that was not needed costs a carer less than a
cry that nobody heard. The look-alikes are harder than life: most stand as twins beside a message of danger. The share for
`tuned` was first settled after a look at held-back totals, so those totals are a little kind to it. `words` decides
alone only while the embedder is down: then more false alarms are borne than more misses.
"""
PLAIN_ALARMS = {"words": 0.2, "full": 0.12, "tuned": 0.08}
"""The share of plain tellings that may raise danger: nearly all that carers write is of that kind, so it has a limit of its own
beside the look-alikes'. The narrower of the two holds.
"""
MORE_FALSE_ALARMS = {GRAVEST: 0.025, LIFE: 0.01}
"""The share of hard safe messages that may be raised besides, for reading like suicide or like danger to life now: nothing
costs more than to miss those. Not for words alone, which raise enough.
"""
NEVER = 99.0
"""A log-odds that nothing reaches."""
LINE_SPARED = {"like danger": 0.11, "ordinary": 0.03}
"""The share of hard safe messages, and of ordinary ones, that may get the kind line for coming near to suicide or breakdown.
The line costs a carer one sentence under the answer that was asked for, so it may be wrong as often as an alarm."""
RULES_SPARED = 0.015
"""The share of hard safe messages on which a rule may stand against the meaning."""
DOSES_SPARED = 0.02
"""The share of calm messages that may be taken for a dose question."""
CATEGORY_ODDS = 0.0
Counted = dict[str, Any]
Judged = Mapping[int, Judgement]
"""Row numbers, and what was made of each."""


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


def card(data: Sequence[Row], judged: Mapping[str, Judged], hits: Sequence[Sequence[Hit]]) -> dict[str, Any]:
    """The model card: what it learnt from, thresholds, and results on unseen messages."""
    thresholds: dict[str, float] = {}
    results: dict[str, Any] = {}
    for kind, found in judged.items():
        at = sorted(found)
        part = [data[one] for one in at], [found[one] for one in at], [hits[one] for one in at]
        thresholds |= _thresholds(*part, kind)
        results[kind] = _results(*part, thresholds, kind)
    return {
        "model": "danger: linear on words, one hidden layer on all-MiniLM-L6-v2 vectors, and a branch of tuned layers,"
        " weighed together with the rules",
        "learnt_from": {
            "messages": len(data),
            "dangerous": sum(row.danger for row in data),
            "blocks": len({row.block for row in data}),
        },
        "method": f"{FOLDS} folds by exemplar block; Wilson 95% intervals; every figure is on messages not learnt from."
        " `tuned` is judged on the blocks that the branch was trained without",
        "thresholds": thresholds,
        "results": results,
        "rules_alone": _recall(data, lambda at: _ruled(hits[at])),
    }


def _thresholds(
    data: Sequence[Row], judged: Sequence[Judgement], hits: Sequence[Sequence[Hit]], kind: str
) -> dict[str, float]:
    """Danger at the allowed false alarms; emergency where both slips are equal; medication where few calm rows pass."""
    hard = [at for at, row in enumerate(data) if row.hard and row.file not in TO_LEARN_FROM and not is_plain(row)]
    plain = [at for at, row in enumerate(data) if is_plain(row)]
    ruled = _cut([judged[at].danger for at in hard if _ruled(hits[at])], RULES_SPARED * len(hard))
    serious = [(judged[at].emergency, row.emergency) for at, row in enumerate(data) if row.danger]
    place = CATEGORIES.index("medication")
    calm = [judged[at].categories[place] for at, row in enumerate(data) if not row.danger and not row.categories]
    emergency = _balanced(serious)
    stands = [
        _ruled(found) and (kind == "words" or one.danger >= ruled) for one, found in zip(judged, hits, strict=True)
    ]
    cuts = [
        _cuts([(judged[at], stands[at]) for at in part], share, {} if kind == "words" else MORE_FALSE_ALARMS)
        for part, share in ((hard, FALSE_ALARMS[kind]), (plain, PLAIN_ALARMS[kind]))
        if part
    ]
    danger = max(one["danger"] for one in cuts)
    found = {
        **{f"{kind}_{name}": round(max(one[name] for one in cuts), 3) for name in cuts[0]},
        f"{kind}_ruled": round(min(ruled, danger), 3),
        f"{kind}_emergency": round(emergency, 3),
        f"{kind}_medication": round(float(np.quantile(calm, 1 - DOSES_SPARED)), 3),
        f"{kind}_category": CATEGORY_ODDS,
    }
    ordinary = [at for at, row in enumerate(data) if not (row.danger or row.hard or row.file in TO_LEARN_FROM)]
    parts = {"like danger": [judged[at] for at in hard], "ordinary": [judged[at] for at in ordinary]}
    return found | {f"{kind}_line": round(line_cut(parts, found, kind), 3)}


def is_plain(row: Row) -> bool:
    """Whether a message is a plain telling of a carer's day. Those full of heavy words are look-alikes instead."""
    return row.hard and row.file.startswith("plain-") and row.file not in TO_LEARN_FROM


def _cuts(part: Sequence[tuple[Judgement, bool]], share: float, more: Mapping[str, float]) -> dict[str, float]:
    """The cut-offs at which a `share` of these safe messages is raised, and somewhat more where a miss costs most.

    Args:
        part: Each message's judgement, and whether a rule raises it anyway.
        share: How many of these messages may be raised for danger as a whole.
        more: How many besides for each thing that is weighed by itself.
    """
    loud = sum(stands for _, stands in part)
    quiet = [one for one, stands in part if not stands]
    danger = _cut([one.danger for one in quiet], max(share * len(part) - loud, 0.01 * len(part)))
    return {"danger": danger, **own_cuts([one for one in quiet if one.danger < danger], len(part), more)}


def line_cut(parts: Mapping[str, Sequence[Judgement]], thresholds: Mapping[str, float], kind: str) -> float:
    """The lowest score for the kind line that spares enough of every part."""
    open_ended = {**thresholds, f"{kind}_line": -np.inf}
    cuts: list[float] = []
    for name, part in parts.items():
        scores = sorted((max(map(one.of, NEAR)) for one in part if near(one, open_ended, kind)), reverse=True)
        cuts += scores[min(int(LINE_SPARED[name] * len(part)), len(scores) - 1) :][:1]
    return max(cuts, default=thresholds[f"{kind}_{GRAVEST}"])


def own_cuts(quiet: Sequence[Judgement], of: int, more: Mapping[str, float]) -> dict[str, float]:
    """For suicide and for danger to life, the cut-off that raises its share `more` of the safe messages not raised yet."""
    out = dict.fromkeys(MORE_FALSE_ALARMS, NEVER)
    for name, share in more.items():
        scores = sorted((one.of(name) for one in quiet), reverse=True)
        out[name] = scores[min(int(share * of), len(scores) - 1)] if scores else NEVER
        quiet = [one for one in quiet if one.of(name) < out[name]]
    return out


def _cut(scores: Sequence[float], spared: float) -> float:
    """The score that `spared` of the scores lie above."""
    return float(np.quantile(scores, max(0.0, 1 - spared / len(scores)))) if scores else 0.0


def _ruled(hits: Sequence[Hit]) -> bool:
    return any(hit.urgency != "none" and not hit.sign for hit in hits)


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
    data: Sequence[Row],
    judged: Sequence[Judgement],
    hits: Sequence[Sequence[Hit]],
    thresholds: dict[str, float],
    kind: str,
) -> dict[str, Any]:
    final = [
        (*(hit for hit in found if not hit.sign and rules_stand(one, thresholds, kind)), *decide(one, thresholds, kind))
        for one, found in zip(judged, hits, strict=True)
    ]
    raised = [any(hit.urgency != "none" for hit in found) for found in final]
    urgent = [any(hit.urgency == "emergency" for hit in found) for found in final]
    named = [
        bool({hit.category for hit in found} & set(row.categories)) for row, found in zip(data, final, strict=True)
    ]
    emergencies = [at for at, row in enumerate(data) if row.emergency]
    lined = [not loud and bool(near(one, thresholds, kind)) for one, loud in zip(judged, raised, strict=True)]
    heard = [at for at, row in enumerate(data) if row.danger and {*NEAR} & {*row.categories}]
    return {
        "recall": _recall(data, raised.__getitem__),
        "emergency_raised": counted([raised[at] for at in emergencies]),
        "emergency_called_emergency": counted([urgent[at] for at in emergencies]),
        "urgent_called_emergency": counted([urgent[at] for at, row in enumerate(data) if row.label == "urgent"]),
        "category_named": counted([named[at] for at, row in enumerate(data) if row.danger and raised[at]]),
        "false_alarms_hard": counted([raised[at] for at, row in enumerate(data) if row.hard]),
        "false_alarms_other": counted([raised[at] for at, row in enumerate(data) if not row.danger and not row.hard]),
        "near": {
            "raised_or_line": {
                name: counted([raised[at] or lined[at] for at in heard if name in data[at].categories]) for name in NEAR
            },
            "line_hard": counted([lined[at] for at, row in enumerate(data) if row.hard]),
            "line_other": counted([lined[at] for at, row in enumerate(data) if not row.danger and not row.hard]),
        },
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
