"""Two releases on the same cases: what got better, what got worse, and whether that could be chance."""

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.marks import Spec, specs
from evaluation.runs import Record
from evaluation.statistics import bootstrap, holm, mcnemar, paired_p


@dataclass(frozen=True, slots=True)
class Change:
    """One measure on the cases that both runs scored. `p` is corrected for the number of measures."""

    measure: str
    title: str
    unit: str
    n: int
    before: float
    after: float
    low: float
    high: float
    p: float
    better: bool | None
    """True or False for a change that chance does not explain; None when it may be chance."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One case that came out in another way."""

    case: str
    measure: str
    better: bool
    why: str


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two runs of one suite."""

    suite: str
    changes: tuple[Change, ...]
    moved: tuple[Moved, ...]
    flaky: tuple[str, ...] = ()
    """Cases that came out in two ways under one release: no change may be read from them."""

    @property
    def worse(self) -> list[Change]:
        return [change for change in self.changes if change.better is False]

    @property
    def better(self) -> list[Change]:
        return [change for change in self.changes if change.better]

    @property
    def regressions(self) -> list[Moved]:
        return [one for one in self.moved if not one.better]


def compare(before: Record, after: Record, corrected: bool = True) -> Comparison:
    """Compare two runs of one suite case by case. Without correction each measure is looked at by itself."""
    first, second = values(before), values(after)
    listed = [(spec, shared(first, second, name)) for name, spec in specs(before.suite).items()]
    listed = [(spec, pairs) for spec, pairs in listed if pairs]
    p_values = [p_of(spec, list(pairs.values())) for spec, pairs in listed]
    p_values = holm(p_values) if corrected else p_values
    changes = [change(spec, list(pairs.values()), p) for (spec, pairs), p in zip(listed, p_values, strict=True)]
    moved = [one for spec, pairs in listed if spec.kind == "rate" for one in moves(spec, pairs, after)]
    same = before.release == after.release
    flaky = tuple(dict.fromkeys(one.case for one in moved)) if same else ()
    return Comparison(before.suite, tuple(changes), tuple(moved), flaky)


def values(record: Record) -> Mapping[tuple[str, str, int], float]:
    """Return every score by measure, case and place, as one case may score a measure more than once."""
    found: dict[tuple[str, str, int], float] = {}
    for result in record.results:
        places: dict[str, int] = {}
        for score in result.scores:
            place = places[score.measure] = places.get(score.measure, 0) + 1
            if score.value is not None:
                found[score.measure, result.case.id, place] = score.value
    return found


def shared(
    first: Mapping[tuple[str, str, int], float], second: Mapping[tuple[str, str, int], float], measure: str
) -> dict[tuple[str, int], tuple[float, float]]:
    """Return the pairs of one measure on what both runs scored."""
    return {
        (case, place): (value, second[name, case, place])
        for (name, case, place), value in first.items()
        if name == measure and (name, case, place) in second
    }


def p_of(spec: Spec, pairs: list[tuple[float, float]]) -> float:
    """McNemar's test for rates, sign flips for figures."""
    if spec.kind == "rate":
        return mcnemar(sum(a > b for a, b in pairs), sum(a < b for a, b in pairs))
    return paired_p([b - a for a, b in pairs])


def change(spec: Spec, pairs: list[tuple[float, float]], p: float) -> Change:
    """Put one line together, with a bootstrap interval of the difference."""
    differences = [b - a for a, b in pairs]
    low, high = bootstrap(differences)
    before, after = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    better = None if p >= 0.05 else is_better(spec, after - before)
    return Change(spec.name, spec.title, spec.unit, len(pairs), before, after, low, high, p, better)


def is_better(spec: Spec, difference: float) -> bool:
    """Whether a difference is on the good side of a measure. More is better unless the mark is a ceiling."""
    return difference < 0 if spec.at_most is not None else difference > 0


def moves(spec: Spec, pairs: Mapping[tuple[str, int], tuple[float, float]], after: Record) -> list[Moved]:
    """Name the cases that came out otherwise on a marked measure."""
    if not spec.is_marked:
        return []
    why = {(r.case.id, s.measure): s.why for r in after.results for s in r.scores}
    return [
        Moved(case, spec.name, is_better(spec, b - a), why.get((case, spec.name), ""))
        for (case, _), (a, b) in pairs.items()
        if a != b
    ]
