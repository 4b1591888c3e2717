"""Work figures out, and say how."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import sqlite

from assistant.errors import KithError
from assistant.storage.direct import AnyConnection
from evaluation.intervals import wilson_interval
from governance.measures.catalogue import CATALOGUE, in_one_pass
from governance.measures.model import FEWEST, Figure, Measure, Period

SECONDS = {"minutes": 60.0, "seconds": 1.0}


class NoSuchMeasure(KithError):
    """The catalogue has no measure of that id."""

    status_code = 404


def measure_named(name: str) -> Measure:
    """Return a measure by its id. Raises `NoSuchMeasure`, naming those that there are."""
    if name not in CATALOGUE:
        raise NoSuchMeasure(f"There is no measure called {name}. There are: {', '.join(sorted(CATALOGUE))}.")
    return CATALOGUE[name]


async def compute(connection: AnyConnection, measure: Measure, period: Period, now: datetime) -> Figure:
    """Work one figure out from the records as they stand."""
    rows = list(await connection.execute(measure.statement(period)))
    if measure.unit in SECONDS:
        spans = sorted((row[1] - row[0]).total_seconds() / SECONDS[measure.unit] for row in rows)
        hidden = measure.about_people and 0 < len(spans) < FEWEST
        value = spans[min(len(spans) - 1, int(measure.take * len(spans)))] if spans and not hidden else None
        return Figure(measure, period, value, len(spans), None, None, hidden, now)
    if measure.unit == "share":
        return share(measure, period, int(rows[0][0] or 0), int(rows[0][1] or 0), now)
    whole = await compute_whole(connection, measure, period) if measure.part_of else None
    return counted(measure, period, int(rows[0][0] or 0), now, whole)


async def compute_whole(connection: AnyConnection, measure: Measure, period: Period) -> int:
    """Return how many there are of which a measure counts a part."""
    return int((await connection.execute(measure_named(measure.part_of).statement(period))).scalar_one() or 0)


def counted(measure: Measure, period: Period, count: int, now: datetime, whole: int | None = None) -> Figure:
    """Return a count; hidden when it, or what is left of the whole that it is a part of, tells of a handful of people."""
    rest = 0 if whole is None else whole - count
    hidden = measure.about_people and (0 < count < FEWEST or 0 < rest < FEWEST)
    return Figure(measure, period, None if hidden else float(count), count, None, None, hidden, now)


async def compute_all(
    connection: AnyConnection, period: Period, now: datetime, measures: Sequence[Measure] = ()
) -> dict[str, Figure]:
    """Work out every figure of the catalogue, or those given. Those of turns take one pass over them, not one each."""
    wanted = list(measures or CATALOGUE.values())
    of_turns = [one for one in wanted if one.over_turns and not one.part_of]
    row = (await connection.execute(in_one_pass(of_turns, period))).one() if of_turns else ()
    sums = [int(value or 0) for value in row]
    found = {
        one.id: share(one, period, hits, base, now) if one.unit == "share" else counted(one, period, hits, now)
        for one, hits, base in zip(of_turns, sums[::2], sums[1::2], strict=True)
    }
    return {one.id: found.get(one.id) or await compute(connection, one, period, now) for one in wanted}


def share(measure: Measure, period: Period, hits: int, n: int, now: datetime) -> Figure:
    """Return a share with its interval; hidden when it would tell of a handful of people."""
    if n == 0:
        return Figure(measure, period, None, 0, None, None, False, now)
    few = 0 < hits < FEWEST or 0 < n - hits < FEWEST
    if measure.about_people and (n < FEWEST or (measure.parts_too and few)):
        return Figure(measure, period, None, n, None, None, True, now)
    low, high = wilson_interval(hits, n)
    return Figure(measure, period, hits / n, n, low, high, False, now)


def explain(figure: Figure) -> list[tuple[str, str]]:
    """Return how a figure came about, as lines: definition, period, release, query, cases and the moment."""
    period = figure.period
    return [
        ("Measure", f"{figure.measure.title} ({figure.measure.id})"),
        ("Meaning", figure.measure.meaning),
        ("Value", figure.words + (f", 95% interval {figure.interval}" if figure.interval else "")),
        ("Counted", "not shown: it would tell of too few people" if figure.hidden else str(figure.n)),
        ("From", f"{period.start:%-d %B %Y %H:%M} (UTC)"),
        ("Up to", f"{period.end:%-d %B %Y %H:%M} (UTC)"),
        ("Release", period.release or "all"),
        ("Query", query_of(figure.measure, period)),
        ("Worked out", f"{figure.computed_at:%-d %B %Y %H:%M:%S} (UTC)"),
    ]


def query_of(measure: Measure, period: Period) -> str:
    """Return the statement as SQL, with the period in its place."""
    statement: Any = measure.statement(period)
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    text = str(compiled)
    for value in [compiled.params[name] for name in compiled.positiontup or ()]:
        text = text.replace("?", repr(str(value)) if not isinstance(value, int) else str(value), 1)
    return " ".join(text.split())
