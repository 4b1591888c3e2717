"""Set the evidence out as a paper: summary, then a section a subject, then how each figure can be checked."""

from collections.abc import Sequence

from evaluation.charts import intervals
from evaluation.evidence import Measure, SuiteEvidence
from evaluation.marks import words as suite_words
from governance.board.charts import bars
from governance.board.evidence import Evidence
from governance.board.words import SAID, asks, change, money, moved, summary
from governance.complaints import UNSORTED
from governance.measures.limits import Live
from governance.measures.model import FEWEST, Figure
from governance.measures.suites import find, id_of, interval_words, value_words
from governance.papers.model import Block, Grid, Paper, Picture, Points, Section, Text
from governance.registers.entries import Entry

HEADS = ("Measure", "Now", "95% interval", "Of", "Before", "Change", "Id")
SUITE_HEADS = ("Measure", "Value", "95% interval", "Cases", "Mark", "Reached", "Approved before", "Change", "Id")
REACHED = {True: "yes", False: "no", None: "too few to say"}
NEWEST = 25
"""Entries of a register that the pack shows."""


def make(evidence: Evidence) -> Paper:
    """Return the pack."""
    sections = [
        Section("Summary"),
        *(Section(question, (Text(answer),), 2) for question, answer in summary(evidence)),
        Section("What we ask you to decide", (Points(tuple(asks(evidence))),), 2),
        Section("Use and reach", tuple(_figures(evidence, "Use and reach", ("use",))), starts_page=True),
        Section("Quality", tuple(_figures(evidence, "Quality", ("quality", "openness")))),
        Section("Fairness", tuple(_suite(evidence, "bias"))),
        Section("Safety, escalations and time to a person", tuple(_figures(evidence, "Safety", ("safety", "people")))),
        Section("Leaning on the assistant", tuple(_figures(evidence, "Leaning on the assistant", ("dependence",)))),
        Section("Tests of this release", tuple(_suites(evidence))),
        Section("Risks", (_risks(evidence),)),
        Section("Incidents and complaints", tuple(_figures(evidence, "Complaints and incidents", ("complaints",)))),
        *(_register(evidence, *each) for each in OF_TROUBLE),
        Section("Guidance", tuple(_figures(evidence, "Guidance", ("guidance",)))),
        Section("Staff", tuple(_figures(evidence, "Staff", ("staff",)))),
        Section("Cost and energy", (Text(money(evidence)), *_figures(evidence, "Cost", ("cost",)))),
        *(_register(evidence, *each) for each in OF_THE_BOARD),
        Section("How to check a figure", (Text(CHECK),)),
    ]
    council = str(evidence.settings.council_facts["name"])
    title = f"Board pack: {evidence.settings.persona}"
    return Paper("board-pack", title, council, evidence.now, tuple(sections), _facts(evidence))


def _facts(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    period = f"{evidence.period.start:%-d %B %Y} to {evidence.period.last_day:%-d %B %Y}"
    trial = () if evidence.settings.environment == "live" else (("Please note", TRIAL),)
    ahead = (("Please note", NOT_OVER),) if evidence.period.last_day > evidence.now.date() else ()
    before = evidence.earlier_release or "none"
    return (
        ("Period", period), ("Release that serves", evidence.release), ("Approved release before it", before), *trial, *ahead,
    )  # fmt: skip


TRIAL = "these figures come from a trial, not from live use."
NOT_OVER = "this period is not over yet; figures are of what has happened so far."
CHECK = (
    "Each figure has an id. “Of” is how many a share was counted among. The command `kith report explain ID --from DATE --to DATE` prints what it counts, the query, the "
    "period and the moment, and works it out again. “Before” is the period of the same length before this one. Figures that rest on "
    "fewer than five people are not shown. Not measured is never nought."
)


def _figures(evidence: Evidence, caption: str, kinds: Sequence[str]) -> list[Block]:
    shown = [one for one in evidence.figures.values() if one.measure.section in kinds]
    rows = tuple(_row(one, evidence.before[one.measure.id]) for one in shown)
    pairs = [
        (one.measure.title, one.value, evidence.before[one.measure.id].value)
        for one in shown
        if one.measure.unit == "share"
    ]
    svg, words = bars(pairs)
    grid = Grid(caption, HEADS, rows)
    return [Picture(svg, words), grid] if svg and len(pairs) > 1 else [grid]


def _row(now: Figure, before: Figure) -> tuple[str, ...]:
    among = f"{now.n:,}" if now.interval else ""
    return (now.measure.title, now.words, now.interval, among, before.words, change(now, before), now.measure.id)


def _suites(evidence: Evidence) -> list[Block]:
    """A sentence, a chart and a table for each suite but the one on fairness, which has a section of its own."""
    if not evidence.suites:
        return [Text("This release was not tested. Not tested is not passed.")]
    return [block for one in evidence.suites if one.suite != "bias" for block in _suite(evidence, one.suite)]


def _suite(evidence: Evidence, name: str) -> list[Block]:
    one = find(evidence.suites, name)
    title, question = suite_words(name)
    if one is None:
        return [Text(f"{question} This was not tested under this release, so nothing can be said of it.")]
    carried = f" {one.carried} cases that new guidance could not touch keep their results of an earlier run." if one.carried else ""  # fmt: skip
    run = f"Run {one.run_id[:12]}, {one.finished_at:%-d %B %Y}."
    blocks: list[Block] = [Text(f"{title}. {question} The test {SAID[one.verdict]}. {run}{carried}")]
    svg = intervals(one.measures, {})
    if svg:
        told = "; ".join(
            f"{each.title or each.name} {value_words(each)}" for each in one.measures if each.unit == "rate" and each.value is not None
        )  # fmt: skip
        blocks.append(Picture(svg, f"Rates of the {title.lower()} test with 95% intervals: {told}."))
    return [*blocks, Grid(f"{title}: figures", SUITE_HEADS, tuple(_suite_rows(evidence, one)))]


def _suite_rows(evidence: Evidence, suite: SuiteEvidence) -> list[tuple[str, ...]]:
    earlier = find(evidence.earlier_suites, suite.suite)
    before: dict[str, Measure] = {one.name: one for one in earlier.measures} if earlier else {}
    return [
        (
            one.title or one.name, value_words(one), interval_words(one), str(one.n), one.mark or "none",
            REACHED[one.met] if one.mark else "", value_words(before[one.name]) if one.name in before else "",
            moved(one, before[one.name]) if one.name in before else "", id_of(suite.suite, one),
        )
        for one in suite.measures
    ]  # fmt: skip


def _risks(evidence: Evidence) -> Block:
    heads = ("Risk", "Rating", "Movement", "Board bears", "Live measure", "What holds it back", "Owner")
    rows = []
    for risk, rating in evidence.open_risks:
        live = evidence.live(risk)
        said = f"{rating.words} ({rating.score})"
        rows.append(
            (f"{risk.reference} {risk.name}", said, evidence.movement(risk), str(risk.values["appetite"]), told(live),
             str(risk.values["controls"]), str(risk.values["owner"]))
        )  # fmt: skip
    if not rows:
        return Text("No risk is in the register: that is a gap, not good news.")
    return Grid("Open risks, worst first", heads, tuple(rows))


def told(live: Live | None) -> str:
    """Say what a live measure says, and when it is past its limit."""
    return "none" if live is None else live.says + (" (past its limit)" if live.met is False else "")


OF_TROUBLE = (
    ("Register of incidents", "incidents", ("severity", "status", "lessons")),
    ("Register of complaints", "complaints", ("about", "acknowledge_by", "status")),
)
OF_THE_BOARD = (
    ("Conditions and actions", "actions", ("owner", "due_on", "status")),
    ("Decisions so far", "decisions", ("kind", "decided_on", "conditions")),
    ("Changes", "changes", ("kind", "made_on", "result")),
)


NOT_LISTED = (
    "Complaints that nobody has looked at yet, and a list of fewer than five, are not shown here: a list would count people where "
    "the count above is not shown. They stand in the register with their dates, and what is overdue stands on the first page."
)


def _register(evidence: Evidence, heading: str, register: str, fields: tuple[str, ...]) -> Section:
    kept = evidence.registers[register]
    found = [one for one in kept if one.values.get("about") != UNSORTED]
    found = [] if register == "complaints" and len(found) < FEWEST else found
    left_out = (Text(NOT_LISTED),) if len(found) < len(kept) else ()
    if not found:
        return Section(heading, left_out or (Text("None."),))
    own = {field.name: field for field in found[0].register.fields}
    heads = ("Reference", "What", *(own[name].label for name in fields))
    rows = tuple(
        (one.reference, one.name, *(own[name].say(one.values.get(name)) for name in fields)) for one in _newest(found)
    )
    return Section(heading, (*left_out, Grid(heading, heads, rows)))


def _newest(found: Sequence[Entry]) -> list[Entry]:
    return sorted(found, key=lambda one: one.number, reverse=True)[:NEWEST]
