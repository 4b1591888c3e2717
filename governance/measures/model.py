"""What a measure is, and what a figure of it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Select

Unit = Literal["count", "share", "minutes", "seconds"]
Better = Literal["higher", "lower", ""]
FEWEST = 5
"""Counts of people below this are not shown: in a small place they could tell who somebody is."""
UNITS = {"count": "", "share": "", "minutes": " minutes", "seconds": " seconds"}


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, and not including, `end`; both with a time zone. `release` narrows it to one release."""

    start: datetime
    end: datetime
    release: str = ""

    def __post_init__(self) -> None:
        """A period that ends before it starts would quietly count nothing."""
        if self.end <= self.start:
            raise ValueError("The period must end after it starts.")

    @property
    def last_day(self) -> date:
        """The last day of which any moment is in the period."""
        return (self.end - timedelta(microseconds=1)).date()


Query = Select[*tuple[Any, ...]]
Statement = Callable[[Period], Query]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the catalogue.

    Attributes:
        id: Stable: reports, risks and `kith report explain` name it.
        meaning: What is counted, in words that a board member can follow.
        better: Which way is good; empty when neither is.
        about_people: Whether figures that rest on fewer than five are hidden.
        parts_too: Whether a share is also hidden when fewer than five of many, or all but fewer than five, are in it.
        statement: Gives one row of a count; for a share one row of (those that count, all); for a time two columns,
            start and end, a row for each, of which the figure is the median (`take` 0.5) or another share of the order.
    """

    id: str
    title: str
    meaning: str
    section: str
    unit: Unit
    statement: Statement
    better: Better = ""
    about_people: bool = False
    parts_too: bool = True
    take: float = 0.5
    part_of: str = ""
    """For a count: the measure that it is a part of. Hidden when the rest, which anybody could subtract, is under five."""
    over_turns: tuple[Any, Any] | None = None
    """Conditions on turns, (those that count, all or None), where the figure is such a count or share: one pass over the
    turns then works out all of these figures at once."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over one period. `value` is None when there was nothing to measure, or too few people to show."""

    measure: Measure
    period: Period
    value: float | None
    n: int
    low: float | None
    high: float | None
    hidden: bool
    computed_at: datetime

    @property
    def words(self) -> str:
        """Return the figure as a person reads it."""
        if self.hidden:
            few = self.measure.unit == "count" and self.n < FEWEST
            return f"fewer than {FEWEST}" if few else "too few people to show"
        if self.value is None:
            return "not measured"
        if self.measure.unit == "share":
            return f"{100 * self.value:.1f}%"
        if self.measure.unit == "count":
            return f"{self.value:,.0f}"
        return f"{self.value:.1f}{UNITS[self.measure.unit]}"

    @property
    def interval(self) -> str:
        """Return the 95% interval of a share; empty for other units."""
        if self.low is None or self.high is None:
            return ""
        return f"{100 * self.low:.1f}% to {100 * self.high:.1f}%"
