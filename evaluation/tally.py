"""Count what came out right, and write it as lines that a person can read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.intervals import wilson_interval

Mark = tuple[str, bool]
"""A measure's name, and whether it came out right for one line."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One line of a set, and every mark that it earned. A measure may appear more than once."""

    id: str
    text: str
    marks: tuple[Mark, ...] = ()
    not_measured: str = ""
    """Why the line has no marks. It is then neither a pass nor a miss."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one measure came out right."""

    name: str
    right: int
    n: int

    def line(self) -> str:
        """Return the rate in percent, with n, the misses and the 95% Wilson interval."""
        low, high = wilson_interval(self.right, self.n)
        percent = f"{100 * self.right / self.n:5.1f}%"
        return f"{self.name:<48} {percent}  [{100 * low:5.1f}, {100 * high:5.1f}]  n={self.n:<4} missed={self.n - self.right}"


def rates(marked: Iterable[Marked]) -> list[Rate]:
    """Return one rate for each measure, in the order in which the measures first appear."""
    right: dict[str, int] = {}
    n: dict[str, int] = {}
    for line in marked:
        for name, passed in line.marks:
            n[name] = n.get(name, 0) + 1
            right[name] = right.get(name, 0) + passed
    return [Rate(name, right[name], n[name]) for name in n]


def gaps(marked: Iterable[Marked]) -> list[str]:
    """Say how many lines were not measured, for each reason."""
    reasons = Counter(line.not_measured for line in marked if line.not_measured)
    return [f"NOT MEASURED: {n} lines. {reason}" for reason, n in reasons.items()]


def report(title: str, marked: list[Marked], show: int = 0) -> str:
    """Return a section of totals. `show` adds the first lines that missed, for a person to read."""
    lines = [title, *(f"  {rate.line()}" for rate in rates(marked)), *(f"  {gap}" for gap in gaps(marked))]
    missed = [line for line in marked if not all(passed for _, passed in line.marks)]
    for line in missed[:show]:
        names = ", ".join(dict.fromkeys(name for name, passed in line.marks if not passed))
        lines.append(f"    {line.id} [{names}] {line.text!r}")
    return "\n".join(lines)
