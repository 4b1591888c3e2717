"""The same measures on live traffic, where they need no known answer, with control limits and alerts on drift.

Each week's figure is compared with the weeks before it (a p-chart or an individuals chart), and, where the same measure
was taken offline, with the newest whole run of the same release.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import fmean, pstdev
from typing import Any

from sqlalchemy import select

from assistant.settings import Settings
from assistant.storage.keys import Keys
from assistant.storage.store import Work
from assistant.storage.tables import TurnRow
from evaluation.batch import open_store
from evaluation.kept import Brief, newest_of
from evaluation.marks import all_marks, show
from evaluation.replies import reading_age

Turns: Any = TurnRow.__table__
COLUMNS = [Turns.c[name] for name in ("release_id", "outcome", "urgency", "findings", "citations", "timings_ms", "reply_sealed", "finished_at")]  # fmt: skip
OFFLINE = {
    "reading_age": ("tone", "reading_age"),
    "p95_ms": ("latency", "p95"),
    "shows_source": ("tone", "shows_source"),
}
"""Measures that a suite takes too: name there."""
MOST_READ = 200
"""Replies a window that are opened for their reading age."""


@dataclass(frozen=True, slots=True)
class Point:
    """One window's figure. `low` and `high` are control limits from the windows before; None with too few turns."""

    at: datetime
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def is_out(self) -> bool:
        """Whether the figure left its limits."""
        if self.value is None or self.low is None or self.high is None:
            return False
        return not self.low <= self.value <= self.high


@dataclass(frozen=True)
class Watched:
    """One live measure over time, and what the suites found for the same release."""

    name: str
    title: str
    unit: str
    points: tuple[Point, ...]
    offline: float | None = None

    @property
    def alert(self) -> str:
        """What a person should look at; empty when the newest figure is within its limits."""
        newest = self.points[-1] if self.points else None
        if newest is None or not newest.is_out:
            return ""
        return f"{self.title}: {show(newest.value, self.unit)}, outside {show(newest.low, self.unit)} to {show(newest.high, self.unit)}."


TITLES = {
    "answered": ("Answered from guidance", "rate"),
    "abstained": ("Said that it does not know", "rate"),
    "blocked": ("Replies blocked by a check", "rate"),
    "errors": ("Ended in a fault", "rate"),
    "danger": ("Danger raised", "rate"),
    "rails_fired": ("Turns in which a check on the reply failed", "rate"),
    "shows_source": ("Answers that name a source", "rate"),
    "reading_age": ("Reading age of answers", "years"),
    "p95_ms": ("95% of replies within", "ms"),
}
INPUT_RAILS = ("personal_data", "danger_rules", "danger_classifier", "intent", "pipeline", "model")


async def watch(work: Work, at: datetime) -> list[Watched]:
    """Return every live measure, a point a window."""
    settings = all_marks()["live"]
    window = timedelta(days=settings["window_days"])
    windows = 1 + settings["baseline_days"] // settings["window_days"]
    starts = [at - window * back for back in range(windows, 0, -1)]
    rows = list(await work.connection.execute(select(*COLUMNS).where(Turns.c.finished_at >= starts[0])))
    each = [[row for row in rows if start <= row.finished_at < start + window] for start in starts]
    figures = [await asyncio.to_thread(figures_of, work.keys, some) for some in each]  # carers' messages come first
    release = rows[-1].release_id if rows else ""
    offline = offline_of(await newest_of(work, release)) if release else {}
    return [
        Watched(name, title, unit, limits([(s + window, f[name]) for s, f in zip(starts, figures, strict=True)], unit), offline.get(name))
        for name, (title, unit) in TITLES.items()
    ]  # fmt: skip


def figures_of(keys: Keys, rows: Sequence[Any]) -> dict[str, tuple[float | None, int]]:
    """Return each measure of one window with the number of turns that it rests on."""
    answers = [row for row in rows if row.outcome.startswith("answered") and row.citations]
    asked = [row for row in rows if not row.outcome.startswith("command")]
    ages = [reading_age(keys.open(row.reply_sealed)) for row in answers[:MOST_READ]]
    times = sorted(sum(ms for _, ms in row.timings_ms) for row in rows)
    return {
        "answered": share([bool(row.citations) for row in asked]),
        "abstained": share([row.outcome == "unanswerable_no_content" for row in asked]),
        "blocked": share([row.outcome == "unanswerable_reply_blocked" for row in asked]),
        "errors": share([row.outcome.startswith("error") for row in rows]),
        "danger": share([row.urgency != "none" for row in rows]),
        "rails_fired": share([any(f[1] == "fail" and f[0] not in INPUT_RAILS for f in row.findings) for row in rows]),
        "shows_source": share([bool(row.citations) for row in answers]),
        "reading_age": (fmean(ages) if ages else None, len(ages)),
        "p95_ms": (times[int(0.95 * (len(times) - 1))] if times else None, len(times)),
    }


def share(values: Sequence[bool]) -> tuple[float | None, int]:
    return (fmean(values) if values else None, len(values))


def limits(series: Sequence[tuple[datetime, tuple[float | None, int]]], unit: str) -> tuple[Point, ...]:
    """Give each figure the control limits that the figures before it set; none before two windows with enough turns.

    Source:
        Montgomery (2020), Introduction to Statistical Quality Control, chapters 6 and 7.
    """
    least, sigmas = int(all_marks()["live"]["least_turns"]), float(all_marks()["live"]["sigmas"])
    points: list[Point] = []
    past: list[tuple[float, int]] = []
    for at, (value, n) in series:
        low = high = None
        if len(past) >= 2 and value is not None and n >= least:
            middle = sum(v * k for v, k in past) / sum(k for _, k in past)
            spread = (
                sqrt(middle * (1 - middle) / n) if unit == "rate" else pstdev([v for v, _ in past]) or abs(middle) / 20
            )
            low, high = middle - sigmas * spread, middle + sigmas * spread
            low, high = (max(0.0, low), min(1.0, high)) if unit == "rate" else (max(0.0, low), high)
        points.append(Point(at, value, n, low, high))
        if value is not None and n >= least:
            past.append((value, n))
    return tuple(points)


def offline_of(newest: Mapping[str, Brief]) -> dict[str, float]:
    """Return what the suites found for the measures that they share with live traffic."""
    found: dict[str, float] = {}
    for name, (suite, measure) in OFFLINE.items():
        for one in newest[suite].measures if suite in newest else ():
            if one.name == measure and one.value is not None:
                found[name] = one.value
    return found


async def watch_now(settings: Settings, at: datetime) -> list[Watched]:
    """Open the database and watch."""
    store = open_store(settings)
    try:
        async with store.read() as work:
            return await watch(work, at)
    finally:
        await store.close()


def as_lines(found: Sequence[Watched]) -> str:
    """Return one line a measure, alerts at the end."""
    lines = []
    for one in found:
        newest = one.points[-1]
        beside = f", offline {show(one.offline, one.unit)}" if one.offline is not None else ""
        limits_said = (
            "" if newest.low is None else f" (limits {show(newest.low, one.unit)} to {show(newest.high, one.unit)})"
        )
        lines.append(f"{one.title:<48} {show(newest.value, one.unit):>12}{limits_said} n={newest.n}{beside}")
    alerts = [one.alert for one in found if one.alert]
    return "\n".join([*lines, *(f"ALERT {alert}" for alert in alerts)] if alerts else [*lines, "No alert."])
