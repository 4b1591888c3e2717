"""What a suite is: cases, a way to run them, and scorers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from evaluation.cases import Case, shipped
from evaluation.evidence import Measure, Verdict
from evaluation.marks import Score
from evaluation.seen import Seen
from evaluation.world import PLAIN, World


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, what was seen and what it earned. `unscored` says why nothing could be."""

    case: Case
    seen: tuple[Seen, ...]
    scores: tuple[Score, ...]


Scorer = Callable[[Case, tuple[Seen, ...], World], Sequence[Score]]
See = Callable[[Case, World], Awaitable[tuple[Seen, ...]]]
Grouped = Callable[[Sequence[CaseResult], World], tuple[list[Measure], Verdict | None]]
"""Measures that compare cases with each other. A verdict of its own replaces the usual one unless it is None."""


@dataclass(frozen=True)
class Suite:
    """One question asked of the assistant, with the cases that answer it."""

    name: str
    datasets: tuple[str, ...]
    score: Scorer
    how: str = PLAIN
    see: See | None = None
    """Stands in for a chat, where a part is measured alone."""
    grouped: Grouped | None = None
    keep: Callable[[Case], bool] = field(default=lambda case: True)
    most: int = 0
    """Most cases, evenly spread; 0 for all."""

    def cases(self, split: str = "held_back") -> list[Case]:
        """Return the cases of one part (`held_back`, `tune` or `all`), in the datasets' order."""
        every = [case for name in self.datasets for case in shipped(name).cases]
        return spread([case for case in every if split in ("all", case.split) and self.keep(case)], self.most)


def spread(cases: list[Case], most: int) -> list[Case]:
    """Return at most so many cases, evenly spread over the list."""
    if not most or len(cases) <= most:
        return cases
    return [cases[at * len(cases) // most] for at in range(most)]
