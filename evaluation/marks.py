"""Pass marks, and how scores become measures and a verdict. The marks stand in `marks.yaml`, used offline and live."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from evaluation.evidence import Measure, Verdict
from evaluation.intervals import wilson_interval
from evaluation.statistics import Floats, bootstrap

FILE = resources.files("evaluation") / "marks.yaml"


@dataclass(frozen=True, slots=True)
class Score:
    """What one case earned on one measure. `value` None means that it could not be scored: neither right nor wrong."""

    measure: str
    value: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a measure means and the mark that it must reach. Without a mark it is only reported."""

    name: str
    title: str
    kind: str = "rate"
    """`rate`: share of 1s. `mean`, `p50`, `p95`: of the figures."""
    unit: str = "rate"
    at_least: float | None = None
    at_most: float | None = None
    least_n: int = 20
    """With fewer scored cases the evidence is insufficient."""
    timed: bool = False
    """Depends on the machine and its load, so it is no part of what a rerun must repeat."""

    @property
    def is_marked(self) -> bool:
        return self.at_least is not None or self.at_most is not None

    @property
    def mark(self) -> str:
        """The pass mark in words."""
        if self.at_least is not None:
            return f"at least {self.show(self.at_least)}"
        return f"at most {self.show(self.at_most)}" if self.at_most is not None else ""

    def show(self, value: float | None) -> str:
        """Return a figure with its unit."""
        return show(value, self.unit)

    def holds(self, value: float) -> bool:
        """Whether a figure reaches the mark."""
        low = self.at_least is None or value >= self.at_least - 1e-12
        return low and (self.at_most is None or value <= self.at_most + 1e-12)


def show(value: float | None, unit: str) -> str:
    """Return a figure with its unit, as people read it."""
    if value is None:
        return "not measured"
    if unit == "rate":
        return f"{100 * value:.1f}%"
    if unit == "difference":
        return f"{100 * value:+.1f} points"
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{number} {unit}".strip()


def between(low: float | None, high: float | None, unit: str) -> str:
    """Return an interval as people read it, its unit said once; empty when there is none."""
    if low is None or high is None:
        return ""
    if unit in ("rate", "difference"):
        return f"{show(low, unit)} to {show(high, unit)}"
    return f"{show(low, '')} to {show(high, unit)}"


@cache
def all_marks() -> Mapping[str, Any]:
    """Return the marks file as it stands."""
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def marks_version() -> str:
    """Return a hash that changes with any pass mark."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]


@cache
def specs(suite: str) -> Mapping[str, Spec]:
    """Return what a suite measures, in the order of the file. Every suite must run without errors."""
    listed = all_marks()["suites"].get(suite, {}).get("measures", {})
    found = {name: Spec(name, **facts) for name, facts in listed.items()}
    return {**found, "ran": Spec("ran", **all_marks()["every_suite"]["ran"])}


def words(suite: str) -> tuple[str, str]:
    """Return a suite's title and the question that it answers. `effects` is the look at what a draft would change."""
    if suite == "effects":
        return "Answers that a draft changes", "Which answers would change?"
    facts = all_marks()["suites"][suite]
    return facts["title"], facts["question"]


def measures(suite: str, scores: Iterable[Score]) -> list[Measure]:
    """Return each measure of a suite with its interval. A measure that nothing scored has no value."""
    by_name: dict[str, list[float]] = {name: [] for name in specs(suite)}
    for score in scores:
        values = by_name.setdefault(score.measure, [])
        if score.value is not None:
            values.append(score.value)
    return [measure(specs(suite).get(name) or part_of(suite, name), values) for name, values in by_name.items()]


def part_of(suite: str, name: str) -> Spec:
    """Return what a measure of one kind of case means, such as `masked_phone`: its whole's title with the kind, no mark."""
    for whole, spec in specs(suite).items():
        if name.startswith(whole + "_"):
            return Spec(name, f"{spec.title}: {name.removeprefix(whole + '_').replace('_', ' ')}", spec.kind, spec.unit)
    return Spec(name, name.replace("_", " "))


def measure(spec: Spec, values: Sequence[float]) -> Measure:
    """Return one figure with its interval, and whether it reaches its mark."""
    facts = {"mark": spec.mark, "title": spec.title, "unit": spec.unit}
    if not values:
        return Measure(spec.name, None, 0, None, None, met=None, **facts)
    value, low, high = _figure(spec.kind, values)
    met = spec.holds(value) if spec.is_marked and len(values) >= spec.least_n else None
    return Measure(spec.name, round(value, 12), len(values), round(low, 12), round(high, 12), met=met, **facts)


def _figure(kind: str, values: Sequence[float]) -> tuple[float, float, float]:
    if kind == "rate":
        right = round(sum(values))
        return right / len(values), *wilson_interval(right, len(values))
    if kind == "mean":
        return float(np.mean(values)), *bootstrap(values)
    share = {"p50": 0.5, "p95": 0.95}[kind]

    def quantile(draws: Floats) -> Floats:
        return np.asarray(np.quantile(draws, share, axis=-1))

    return float(np.quantile(values, share)), *bootstrap(values, quantile)


def verdict(found: Sequence[Measure]) -> Verdict:
    """Return how a suite came out. A missing figure is never a pass."""
    marked = [one for one in found if one.mark]
    if any(one.met is False for one in marked):
        return Verdict.FAIL
    if not marked or any(one.value is None for one in marked):
        return Verdict.UNSCORED
    return Verdict.INSUFFICIENT if any(one.met is None for one in marked) else Verdict.PASS


def misses(suite: str, scores: Iterable[Score]) -> list[Score]:
    """Return the marked yes-or-no scores of one case that came out wrong."""
    wrong = []
    for score in scores:
        spec = specs(suite).get(score.measure)
        if spec and spec.is_marked and spec.kind == "rate" and score.value is not None:
            bad = score.value < 1 if spec.at_least is not None else score.value > 0
            wrong += [score] if bad else []
    return wrong
