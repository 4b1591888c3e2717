"""The live measure of a risk: which figures may be one, what it says now, and whether it is within its limit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.evidence import Measure, SuiteEvidence
from evaluation.marks import all_marks, specs
from governance.measures.catalogue import CATALOGUE
from governance.measures.model import Figure
from governance.measures.suites import find, value_words

LIMIT = re.compile(r"(<=|>=)\s*(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Live:
    """A risk's live measure as it stands. `met` is None when nothing was measured, or no limit was set."""

    id: str
    title: str
    words: str
    met: bool | None
    is_tested: bool = True

    @property
    def page(self) -> str:
        """The page that explains the figure; before there is one, the page on which it can be measured."""
        return f"/governance/measures/{self.id}" if self.is_tested else "/evaluation"

    @property
    def says(self) -> str:
        return f"{self.title}: {self.words}"


def is_figure(name: str) -> bool:
    """Say whether a measure of live use has this id, or a figure of the tests, such as `security.attack_worked`."""
    suite, dot, measure = name.partition(".")
    if not dot:
        return name in CATALOGUE
    return suite in all_marks()["suites"] and measure in specs(suite)


def live(values: Mapping[str, Any], figures: Mapping[str, Figure], suites: Sequence[SuiteEvidence]) -> Live | None:
    """Return what a risk's live measure says; None for a risk that names none.

    Args:
        values: An entry of the risk register.
        figures: Figures of live use by their id.
        suites: The newest tests of the release that serves.
    """
    name = str(values.get("indicator") or "")
    if not is_figure(name):
        return None
    limit = str(values.get("indicator_limit") or "")
    if name in figures:
        figure = figures[name]
        return Live(name, figure.measure.title, figure.words, within(figure.value, limit))
    tested = _tested(name, suites)
    if tested is None:
        suite, _, measure = name.partition(".")
        return Live(name, specs(suite)[measure].title, "not tested under this release", None, False)
    return Live(name, tested.title or tested.name, value_words(tested), within(tested.value, limit))


def _tested(name: str, suites: Sequence[SuiteEvidence]) -> Measure | None:
    suite, _, measure = name.partition(".")
    found = find(list(suites), suite)
    return next((one for one in found.measures if one.name == measure), None) if found else None


def within(value: float | None, limit: str) -> bool | None:
    """Say whether a figure keeps to a limit such as `<= 0.02`; None without the one or the other."""
    match = LIMIT.fullmatch(limit.strip())
    if value is None or match is None:
        return None
    bound = float(match[2])
    return value <= bound if match[1] == "<=" else value >= bound
