"""How a figure of the pack came about, worked out again now, and set beside what a kept pack said of the same period."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from assistant.storage.store import Work
from governance.board.service import Reports, serving
from governance.measures.compute import compute, explain, measure_named
from governance.measures.model import Figure, Period
from governance.measures.suites import explain_suite, suite_figure

Lines = list[tuple[str, str]]
WHY = "records came late, or were deleted by the schedule or at a carer's wish"


async def checked(work: Work, name: str, period: Period, now: datetime) -> Lines:
    """Return how a figure came about, as lines. A name with a dot, such as `safety.recall`, is a suite's figure.

    Raises:
        NoSuchMeasure: Nothing has that name, or the release was not measured so.
    """
    if "." in name:
        release = period.release or (await serving(work))[0]
        return explain_suite(await suite_figure(work, name, release))
    figure = await compute(work.connection, measure_named(name), period, now)
    return [*explain(figure), *await beside_pack(work, figure)]


async def beside_pack(work: Work, figure: Figure) -> Lines:
    """Return a line that compares a figure with the newest kept pack of exactly its period; none without such a pack."""
    period = figure.period
    same = (Reports.c.starts_at == period.start, Reports.c.ends_at == period.end)
    newest = select(Reports.c.figures, Reports.c.made_at).where(*same).order_by(Reports.c.made_at.desc()).limit(1)
    row = (await work.connection.execute(newest)).first()
    kept: dict[str, Any] | None = next((one for one in row.figures if one["id"] == figure.measure.id), None) if row else None  # fmt: skip
    if row is None or kept is None or period.release:
        return []
    is_same = (kept["value"], kept["hidden"]) == (figure.value, figure.hidden)
    said = "the same" if is_same else f"it said {_words(figure, kept)}. Since then {WHY}"
    return [(f"Pack of {row.made_at:%-d %B %Y %H:%M}", said)]


def _words(figure: Figure, kept: dict[str, Any]) -> str:
    """Return what a pack said, in the words of that time."""
    then = Figure(figure.measure, figure.period, kept["value"], kept["n"] or 0, None, None, kept["hidden"], figure.computed_at)  # fmt: skip
    return then.words
