"""The report on a release that a board can read: plain words first, figures next, methods and limits at the end."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import SettingsWrong
from assistant.settings import Settings
from assistant.storage.store import Work
from evaluation.batch import open_store
from evaluation.errors import NoSuchSuite
from evaluation.evidence import Measure, Verdict
from evaluation.kept import Brief, newest_of, releases
from evaluation.marks import between, show, words
from evaluation.registry import SUITES

HERE = Path(__file__).parent
SAID = {
    Verdict.PASS: "Passes",
    Verdict.FAIL: "Does not pass",
    Verdict.INSUFFICIENT: "Too little evidence",
    Verdict.UNSCORED: "Not fully measured",
}
METHODS = (
    "Every case is written to the assistant through the same steps that answer carers. Nothing in the cases was used to tune it.",
    "A rate is shown with its 95% Wilson interval, other figures with a bootstrap interval. A small set gives a wide interval.",
    "What could not be scored counts as neither right nor wrong, and a suite with a missing figure does not pass.",
    "Answers are scored strictly: part of an answer, or a right answer from the wrong document, is not right.",
    "The cases were written by few people. They show how the assistant does on them, not how often something happens in life.",
    "Phrase lists judge tone; people's ratings of live answers are the check on them.",
    "Energy and cost rest on the assumptions that stand in marks.yaml.",
)


@dataclass(frozen=True)
class Report:
    """What is told of one release."""

    council: str
    release: str
    made_at: datetime
    suites: tuple[Brief, ...]
    missing: tuple[str, ...]

    @property
    def failing(self) -> list[Brief]:
        return [one for one in self.suites if one.verdict is Verdict.FAIL]

    @property
    def summary(self) -> list[str]:
        """The first page: what was looked at, what holds, what does not, in sentences."""
        passed = [words(one.suite)[0] for one in self.suites if one.verdict is Verdict.PASS]
        lines = [f"{len(self.suites)} of {len(SUITES)} suites were run whole under release {self.release}."]
        if passed:
            lines.append(f"These reach every pass mark: {', '.join(passed)}.")
        lines += [
            f"{words(one.suite)[0]} does not pass: {'; '.join(unmet(measure) for measure in one.measures if measure.met is False)}."
            for one in self.failing
        ]
        open_ones = [
            words(one.suite)[0] for one in self.suites if one.verdict in (Verdict.INSUFFICIENT, Verdict.UNSCORED)
        ]
        if open_ones:
            lines.append(f"There is too little evidence, or a figure is missing, for: {', '.join(open_ones)}.")
        if self.missing:
            lines.append(f"Not run: {', '.join(words(name)[0] for name in self.missing)}. Not run is not passed.")
        return lines


def unmet(measure: Measure) -> str:
    """Return a missed mark in words."""
    title = measure.title[:1].lower() + measure.title[1:]
    return f"{title} is {show(measure.value, measure.unit)}, the mark is {measure.mark}"


async def gather(settings: Settings, release: str, at: datetime) -> Report:
    """Read the newest whole runs. Raises `NoSuchSuite` when the release was never evaluated."""
    store = open_store(settings)
    try:
        async with store.read() as work:
            return await report_on(work, settings, release, at)
    finally:
        await store.close()


async def report_on(work: Work, settings: Settings, release: str, at: datetime) -> Report:
    """Put the report together inside an open transaction."""
    known = await releases(work)
    wanted = release or next(iter(known), "")
    found = await newest_of(work, wanted)
    if not found:
        raise NoSuchSuite("evaluated release", release or "newest", known or ["none yet: run kith evaluate"])
    order = [name for name in SUITES if name in found]
    missing = tuple(name for name in SUITES if name not in found)
    return Report(str(settings.council_facts["name"]), wanted, at, tuple(found[name] for name in order), missing)


def write(report: Report, file: Path) -> None:
    """Write the report in the form that the file's ending names."""
    if file.suffix.lower() not in FORMS:
        raise SettingsWrong(f"A report can end in {', '.join(FORMS)}; {file.name} does not.")
    file.write_bytes(FORMS[file.suffix.lower()](report))


def as_html(report: Report) -> bytes:
    """Return one page that needs no other file."""
    from assistant.console.pages import Pages

    return Pages(HERE / "templates").text("report.html", **facts_of(report)).encode()


def facts_of(report: Report) -> dict[str, Any]:
    """Return what the templates show."""
    from evaluation.charts import intervals
    from evaluation.marks import specs

    def chart(brief: Brief) -> str:
        marks = {s.name: s.at_least if s.at_least is not None else s.at_most for s in specs(brief.suite).values()}
        return intervals(brief.measures, {name: mark for name, mark in marks.items() if mark is not None})

    return {
        "report": report,
        "said": SAID,
        "title_of": words,
        "figure": show,
        "between": between,
        "methods": METHODS,
        "chart": chart,
    }


def as_pdf(report: Report) -> bytes:
    """Return a PDF for people who use a screen reader too (PDF/UA-1)."""
    import typst

    source = (HERE / "templates" / "report.typ").read_bytes()
    return bytes(typst.compile(source, sys_inputs={"report": json.dumps(plain(report))}, pdf_standards="ua-1"))


def as_docx(report: Report) -> bytes:
    """Return a Word file with real headings and tables."""
    from docx import Document

    page = Document()
    page.core_properties.title = f"Evaluation of {report.release}"
    page.core_properties.language = "en-GB"
    page.add_heading(f"Evaluation of release {report.release}", 0)
    page.add_paragraph(f"{report.council}, {report.made_at:%-d %B %Y}")
    for line in report.summary:
        page.add_paragraph(line)
    for one in plain(report)["suites"]:
        page.add_heading(f"{one['title']}: {one['said']}", 1)
        page.add_paragraph(one["question"])
        _table(page, one["rows"])
    page.add_heading("Methods and limits", 1)
    for line in METHODS:
        page.add_paragraph(line, style="List Bullet")
    place = io.BytesIO()
    page.save(place)
    return place.getvalue()


def _table(page: Any, rows: list[list[str]]) -> None:
    grid = page.add_table(rows=1, cols=5, style="Table Grid")
    for cell, head in zip(grid.rows[0].cells, HEADS, strict=True):
        cell.text = head
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text


HEADS = ("Measure", "Value", "95% interval", "Cases", "Mark")


def plain(report: Report) -> dict[str, Any]:
    """Return the report as texts, for the forms that are set from data."""
    return {
        "release": report.release,
        "council": report.council,
        "date": f"{report.made_at:%-d %B %Y}",
        "summary": report.summary,
        "heads": list(HEADS),
        "methods": list(METHODS),
        "suites": [
            {
                "title": words(one.suite)[0],
                "question": words(one.suite)[1],
                "said": SAID[one.verdict],
                "rows": [row_of(measure) for measure in one.measures],
            }
            for one in report.suites
        ],
    }


def row_of(measure: Measure) -> list[str]:
    """Return one figure as the cells of a table."""
    met = {True: "met", False: "not met", None: "too few to say"}[measure.met]
    mark = f"{measure.mark}: {met}" if measure.mark else "reported only"
    return [
        measure.title or measure.name,
        show(measure.value, measure.unit),
        between(measure.low, measure.high, measure.unit),
        str(measure.n),
        mark,
    ]


def as_csv(report: Report) -> bytes:
    """Return one line a measure. The mark of byte order at the start lets Excel read it as UTF-8."""
    place = io.StringIO()
    writer = csv.writer(place)
    writer.writerow(["release", "suite", "verdict", "measure", "value", "low", "high", "n", "mark", "met", "run"])
    for one in report.suites:
        for m in one.measures:
            row = [
                report.release,
                one.suite,
                one.verdict.value,
                m.name,
                m.value,
                m.low,
                m.high,
                m.n,
                m.mark,
                m.met,
                one.id,
            ]
            writer.writerow(row)
    return ("\ufeff" + place.getvalue()).encode()


def as_json(report: Report) -> bytes:
    """Return everything as data."""
    suites = [{**asdict(one), "verdict": one.verdict.value} for one in report.suites]
    whole = {"release": report.release, "made_at": report.made_at, "summary": report.summary, "suites": suites}
    return json.dumps(whole, default=str, ensure_ascii=False, indent=1).encode()


FORMS: Mapping[str, Callable[[Report], bytes]] = {
    ".html": as_html,
    ".pdf": as_pdf,
    ".docx": as_docx,
    ".csv": as_csv,
    ".json": as_json,
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
