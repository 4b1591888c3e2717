"""The report on a release that a board can read: plain words first, figures next, methods and limits at the end."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import SettingsWrong
from assistant.settings import Settings
from assistant.storage.store import Work
from evaluation.batch import open_store
from evaluation.errors import NoSuchSuite, NothingWhole
from evaluation.evidence import Measure, Verdict
from evaluation.kept import Brief, newest_of, releases
from evaluation.marks import between, show, specs, words
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


WITH_FAILURES = "A mark that is not reached does not mean by itself that the service must stop. The board decides, with this as evidence."
WITHOUT = "The marks say what we hold to be good enough. They do not say that nothing can go wrong."


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

    def verdicts(self, verdict: Verdict) -> list[str]:
        """Return the titles of the suites that came out in one way."""
        return [words(one.suite)[0] for one in self.suites if one.verdict is verdict]

    @property
    def summary(self) -> list[str]:
        """The first page: how it stands and what that means, in sentences."""
        passed = self.verdicts(Verdict.PASS)
        unsure = self.verdicts(Verdict.INSUFFICIENT) + self.verdicts(Verdict.UNSCORED)
        lines = [
            f"We ask {len(SUITES)} questions of the assistant, each with a set of written cases. {len(self.suites)} were asked in "
            f"full under this release. On {len(passed)} it reaches every mark that was set beforehand; on {len(self.failing)} it does not."
        ]
        if unsure:
            lines.append(f"Too little evidence, or a missing figure: {', '.join(unsure)}. That is not a pass.")
        if self.missing:
            lines.append(f"Not run: {', '.join(words(name)[0] for name in self.missing)}. Not run is not passed.")
        lines.append(WITH_FAILURES if self.failing else WITHOUT)
        return lines

    @property
    def at_a_glance(self) -> list[tuple[str, str, str]]:
        """Each suite's title, question and verdict in words, the ones that were not run last."""
        run = [(*words(one.suite), SAID[one.verdict]) for one in self.suites]
        return run + [(*words(name), "Not run") for name in self.missing]

    @property
    def shortfalls(self) -> list[str]:
        """Each mark that is not reached, in words."""
        return [
            f"{words(one.suite)[0]}: {unmet(measure)}."
            for one in self.suites
            for measure in one.measures
            if measure.met is False
        ]


def unmet(measure: Measure) -> str:
    """Return a missed mark in words."""
    return f"“{measure.title}” is {show(measure.value, measure.unit)}, the mark is {measure.mark}"


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
    if not found and wanted in known:
        raise NothingWhole(wanted)
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
    return {
        "report": report,
        "said": SAID,
        "title_of": words,
        "figure": show,
        "between": between,
        "methods": METHODS,
        "chart": drawing,
    }


def drawing(suite: str, measures: Sequence[Measure]) -> str:
    """Return the chart of a suite's rates with their marks; empty when it has no rates."""
    from evaluation.charts import intervals

    marks = {one.name: one.at_least if one.at_least is not None else one.at_most for one in specs(suite).values()}
    return intervals(measures, {name: mark for name, mark in marks.items() if mark is not None})


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
    table_of(page, GLANCE, [list(row) for row in report.at_a_glance], (1.6, 3.6, 1.4))
    if report.shortfalls:
        page.add_heading("What does not reach its mark", 1)
        for line in report.shortfalls:
            page.add_paragraph(line, style="List Bullet")
    page.add_page_break()
    for one in plain(report)["suites"]:
        page.add_heading(f"{one['title']}: {one['said']}", 1)
        page.add_paragraph(one["question"])
        page.add_paragraph(f"{one['about']}.")
        table_of(page, HEADS, one["rows"], (2.6, 0.9, 1.3, 0.6, 1.3))
    page.add_heading("Methods and limits", 1)
    for line in METHODS:
        page.add_paragraph(line, style="List Bullet")
    place = io.BytesIO()
    page.save(place)
    return place.getvalue()


def table_of(page: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], inches: Sequence[float]) -> None:
    """Add a table whose first row is a heading that screen readers know and that is repeated on each page."""
    from docx.oxml import OxmlElement
    from docx.shared import Inches

    grid = page.add_table(rows=1, cols=len(heads), style="Table Grid")
    grid.autofit = False
    for cell, head in zip(grid.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
    for each in grid.rows:
        for cell, width in zip(each.cells, inches, strict=True):
            cell.width = Inches(width)


GLANCE = ("What was looked at", "Question", "Verdict")
HEADS = ("Measure", "Value", "95% interval", "Cases", "Mark")


def plain(report: Report) -> dict[str, Any]:
    """Return the report as texts, for the forms that are set from data."""
    return {
        "release": report.release,
        "council": report.council,
        "date": f"{report.made_at:%-d %B %Y}",
        "summary": report.summary,
        "glance_heads": list(GLANCE),
        "glance": [list(row) for row in report.at_a_glance],
        "shortfalls": report.shortfalls,
        "heads": list(HEADS),
        "methods": list(METHODS),
        "suites": [
            {
                "title": words(one.suite)[0],
                "question": words(one.suite)[1],
                "said": SAID[one.verdict],
                "about": f"{one.facts['cases']} cases, run {one.id[:12]}, {one.finished_at:%-d %B %Y}",
                "chart": drawing(one.suite, one.measures),
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
    whole = {
        "release": report.release,
        "made_at": report.made_at,
        "summary": report.summary,
        "shortfalls": report.shortfalls,
        "suites": suites,
    }
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
