"""Charts as SVG, readable in black and white: a dot with its interval, a bar for the mark. Each has a table beside it."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from evaluation.evidence import Measure

INK, QUIET = "#0b0c0c", "#6f777b"
ROW_INCHES = 0.42


def intervals(measures: Sequence[Measure], marks: dict[str, float]) -> str:
    """Return a chart of rates: value as a dot, 95% interval as a line, pass mark as an upright stroke; empty for none."""
    shown = [one for one in measures if one.unit == "rate" and one.value is not None and one.low is not None]
    if not shown:
        return ""
    figure, axes = ruled(len(shown) * ROW_INCHES + 0.9)
    for at, one in enumerate(reversed(shown)):
        axes.plot([100 * _number(one.low), 100 * _number(one.high)], [at, at], color=INK, linewidth=2)
        axes.plot(
            [100 * _number(one.value)], [at], "o", color=INK, markersize=7, fillstyle="full" if one.met else "none"
        )
        if one.name in marks:
            axes.plot([100 * marks[one.name]] * 2, [at - 0.35, at + 0.35], color=QUIET, linewidth=3)
    axes.set_yticks(range(len(shown)), [short(one.title or one.name) for one in reversed(shown)])
    axes.set_xlim(-2, 102)
    axes.set_xlabel("percent. Grey stroke: pass mark.\nHollow dot: mark not reached, or too few cases", fontsize=9)
    return drawn(figure)


def trend(
    points: Sequence[tuple[datetime, float | None]],
    unit: str,
    limits: Sequence[tuple[float | None, float | None]] = (),
    bars: Sequence[tuple[float | None, float | None]] = (),
) -> str:
    """Return a line of figures over time; empty for fewer than two figures.

    Args:
        points: Figures by time.
        unit: Theirs; rates are drawn in percent.
        limits: Control limits, as dashed lines, where there are any.
        bars: 95% intervals, as upright strokes, one a figure.
    """
    known = [(at, value) for at, value in points if value is not None]
    if len(known) < 2:
        return ""
    scale = 100 if unit == "rate" else 1
    figure, axes = ruled(2.4)
    axes.plot(range(len(known)), [scale * value for _, value in known], "o-", color=INK, linewidth=2)
    for at, (low, high) in enumerate(bars):
        if low is not None and high is not None:
            axes.plot([at, at], [scale * low, scale * high], color=INK, linewidth=1)
    for side in range(2):
        edge = [(at, limit[side]) for at, limit in enumerate(limits) if limit[side] is not None]
        if edge:
            axes.plot([at for at, _ in edge], [scale * _number(value) for _, value in edge], "--", color=QUIET)
    axes.set_xticks(range(len(known)), [f"{at:%-d %b}" for at, _ in known], rotation=45, ha="right")
    axes.set_ylabel("percent" if unit == "rate" else unit)
    return drawn(figure)


def short(title: str) -> str:
    """Return a title that fits beside a chart."""
    return title if len(title) <= 44 else title[:42].rstrip() + "…"


def _number(value: float | None) -> float:
    return 0.0 if value is None else value


def ruled(height: float) -> tuple[Any, Any]:
    """Return an empty figure `height` inches high and its axes, in the house style."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, height), layout="constrained")
    axes = figure.subplots()
    axes.grid(axis="x", color="#d0d0d0", linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def drawn(figure: Any) -> str:
    """Return the drawing alone, without the file's own heading and without styles that a page's rules forbid."""
    import matplotlib

    place = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "kith"}):
        figure.savefig(place, format="svg", metadata={"Date": None})
    drawing = place.getvalue()
    drawing = re.sub(r"<style.*?</style>", "", drawing[drawing.index("<svg") :], flags=re.DOTALL)
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    return re.sub(r'style="([^"]*)"', lambda found: _attributes(found[1]), drawing)


def _attributes(style: str) -> str:
    """Write a style as attributes, so that no inline style is needed."""
    pairs = (one.partition(":") for one in style.split(";") if ":" in one)
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, _, value in pairs)
