"""The same measures on live traffic, where they need no known answer, with control limits and alerts on drift.

Each week's figure is compared with the weeks before it (a p-chart or an individuals chart), and, where the same measure
was taken offline, with the newest whole run of the same release.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, pstdev
from typing import Any

from sqlalchemy import select

from assistant.domain.outcome import Outcome
from assistant.settings import Settings
from assistant.storage.keys import Keys
from assistant.storage.store import Work
from assistant.storage.tables import TurnRow
from assistant.wiring import make_brain
from evaluation.batch import open_store
from evaluation.kept import Brief, newest_of
from evaluation.live_texts import Ground, ground_of
from evaluation.marks import Spec, all_marks, between, show, specs
from evaluation.replies import reading_age

Turns: Any = TurnRow.__table__
COLUMNS = [Turns.c[name] for name in ("release_id", "outcome", "urgency", "findings", "passages", "citations", "timings_ms", "question_sealed", "reply_sealed", "finished_at")]  # fmt: skip
OFFLINE = {
    "grounded": ("groundedness", "supported"),
    "invented": ("groundedness", "invented"),
    "tokens": ("cost", "tokens"),
    "reading_age": ("tone", "reading_age"),
    "p95_ms": ("latency", "p95"),
    "shows_source": ("tone", "shows_source"),
}
"""Measures that a suite takes too: its name, and the measure's there. The same pass mark holds for both."""
MOST_READ = 200
"""Replies a window that are opened to be read."""


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
    mark: Spec | None = None
    """The pass mark of the suite that takes the same measure."""

    @property
    def alert(self) -> str:
        """What a person should look at; empty when the newest figure is within its limits and reaches its mark."""
        newest = self.points[-1] if self.points else None
        if newest is None:
            return ""
        said = f"{self.title}: {show(newest.value, self.unit)}"
        if newest.is_out:
            return f"{said}, outside {between(newest.low, newest.high, self.unit)}."
        return f"{said}, the mark is {self.mark.mark}." if self.mark and self.misses_mark(newest) else ""

    def misses_mark(self, point: Point) -> bool:
        """Whether a figure of enough turns does not reach the pass mark."""
        enough = point.n >= int(all_marks()["live"]["least_turns"])
        return bool(self.mark and enough and point.value is not None and not self.mark.holds(point.value))


TITLES = {
    "grounded": ("Answers whose every sentence stands in the guidance", "rate"),
    "invented": ("Answers with a number, sum or link of their own", "rate"),
    "tokens": ("Model tokens a turn", "tokens"),
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
INPUT_RAILS = (
    "personal_data",
    "danger_rules",
    "danger_classifier",
    "soft_line",
    "intent",
    "telling",
    "pipeline",
    "model",
)


async def watch(work: Work, at: datetime, ground: Ground | None = None) -> list[Watched]:
    """Return every live measure, a point a window.

    Without `ground`, the guidance that serves, what replies say cannot be compared with it: that is not measured then.
    Replies of earlier releases are not either, as their guidance may have been another.
    """
    settings = all_marks()["live"]
    window = timedelta(days=settings["window_days"])
    windows = 1 + settings["baseline_days"] // settings["window_days"]
    starts = [at - window * back for back in range(windows, 0, -1)]
    rows = list(await work.connection.execute(select(*COLUMNS).where(Turns.c.finished_at >= starts[0])))
    each = [[row for row in rows if start <= row.finished_at < start + window] for start in starts]
    figures = [
        await asyncio.to_thread(figures_of, work.keys, some, ground) for some in each
    ]  # carers' messages come first
    release = rows[-1].release_id if rows else ""
    offline = offline_of(await newest_of(work, release)) if release else {}
    return [
        Watched(name, title, unit, limits([(s + window, f[name]) for s, f in zip(starts, figures, strict=True)], unit), offline.get(name), mark_of(name))
        for name, (title, unit) in TITLES.items()
    ]  # fmt: skip


def mark_of(name: str) -> Spec | None:
    """Return the pass mark that a live measure shares with a suite; None when it has none."""
    suite, measure = OFFLINE.get(name, ("", ""))
    spec = specs(suite).get(measure) if suite else None
    return spec if spec and spec.is_marked else None


def figures_of(keys: Keys, rows: Sequence[Any], ground: Ground | None) -> dict[str, tuple[float | None, int]]:
    """Return each measure of one window with the number of turns that it rests on."""
    answers = [row for row in rows if row.outcome.startswith("answered") and row.citations]
    asked = [row for row in rows if not row.outcome.startswith(("command", Outcome.ANSWERED_TELLING.value))]
    ages = [reading_age(keys.open(row.reply_sealed)) for row in answers[:MOST_READ]]
    ours = [row for row in answers if ground and row.release_id == ground.release][-MOST_READ:]
    times = sorted(sum(ms for _, ms in row.timings_ms) for row in rows)
    return {
        "grounded": share(
            [bool(ground and ground.is_grounded(keys.open(row.reply_sealed), cited(row))) for row in ours]
        ),
        "invented": share(
            [
                bool(ground and ground.holds_invented(keys.open(row.reply_sealed), cited(row), links(row)))
                for row in ours
            ]
        ),
        "tokens": mean([tokens(keys, row, ground) for row in asked[-MOST_READ:]] if ground else []),
        "answered": share([bool(row.citations) for row in asked]),
        "abstained": share([row.outcome == "unanswerable_no_content" for row in asked]),
        "blocked": share([row.outcome == "unanswerable_reply_blocked" for row in asked]),
        "errors": share([row.outcome.startswith("error") for row in rows]),
        "danger": share([row.urgency != "none" for row in rows]),
        "rails_fired": share([any(f[1] == "fail" and f[0] not in INPUT_RAILS for f in row.findings) for row in rows]),
        "shows_source": share([bool(row.citations) for row in answers]),
        "reading_age": mean(ages),
        "p95_ms": (times[int(0.95 * (len(times) - 1))] if times else None, len(times)),
    }


def cited(row: Any) -> list[str]:
    return [document for document, *_ in row.citations]


def links(row: Any) -> list[str]:
    return [url for _, _, url, _ in row.citations]


def tokens(keys: Keys, row: Any, ground: Ground) -> float:
    """Return the model tokens of a turn, nought when no model was called."""
    if not any(rail == "model" for rail, *_ in row.findings):
        return 0.0
    return float(ground.tokens(keys.open(row.question_sealed), keys.open(row.reply_sealed), row.passages))


def mean(values: Sequence[float]) -> tuple[float | None, int]:
    return (fmean(values) if values else None, len(values))


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
            low, high = rate_limits(past, n, sigmas) if unit == "rate" else mean_limits(past, sigmas)
        points.append(Point(at, value, n, low, high))
        if value is not None and n >= least:
            past.append((value, n))
    return tuple(points)


def rate_limits(past: Sequence[tuple[float, int]], n: int, sigmas: float) -> tuple[float, float]:
    """Return the shares of `n` turns between which chance keeps a rate that is still what it was.

    The limits are quantiles of the binomial, which normal limits miss when an event is rare: after weeks without any, those
    would take the first one for a drift. Half an event is added to the past, so that never so far is not taken for never.
    """
    from scipy.stats import binom, norm  # most of a second: the service that answers carers starts without it

    total = sum(k for _, k in past)
    middle = (sum(v * k for v, k in past) + 0.5) / (total + 1)
    tail = float(norm.sf(sigmas))
    return float(binom.ppf(tail, n, middle)) / n, float(binom.ppf(1 - tail, n, middle)) / n


def mean_limits(past: Sequence[tuple[float, int]], sigmas: float) -> tuple[float, float]:
    """Return the limits of an individuals chart, never below nought."""
    middle = sum(v * k for v, k in past) / sum(k for _, k in past)
    spread = pstdev([v for v, _ in past]) or abs(middle) / 20
    return max(0.0, middle - sigmas * spread), middle + sigmas * spread


def offline_of(newest: Mapping[str, Brief]) -> dict[str, float]:
    """Return what the suites found for the measures that they share with live traffic."""
    found: dict[str, float] = {}
    for name, (suite, measure) in OFFLINE.items():
        for one in newest[suite].measures if suite in newest else ():
            if one.name == measure and one.value is not None:
                found[name] = one.value
    return found


async def watch_now(settings: Settings, at: datetime) -> list[Watched]:
    """Open the database and the guidance, and watch."""
    store = open_store(settings)
    brain = make_brain(settings)
    try:
        async with store.read() as work:
            return await watch(work, at, ground_of(brain.answerer))
    finally:
        brain.searcher.close()
        await store.close()


def as_lines(found: Sequence[Watched]) -> str:
    """Return one line a measure, alerts at the end."""
    lines = []
    for one in found:
        newest = one.points[-1]
        beside = f", offline {show(one.offline, one.unit)}" if one.offline is not None else ""
        limits_said = f" (limits {between(newest.low, newest.high, one.unit)})" if newest.low is not None else ""
        mark = f", {one.mark.mark}" if one.mark else ""
        lines.append(f"{one.title:<52} {show(newest.value, one.unit):>12}{limits_said} n={newest.n}{beside}{mark}")
    alerts = [one.alert for one in found if one.alert]
    return "\n".join([*lines, *(f"ALERT {alert}" for alert in alerts)] if alerts else [*lines, "No alert."])
