"""Set the evidence out as a paper: summary, then a section a subject, then how each figure can be checked."""

from collections.abc import Sequence

from evaluation.charts import intervals
from governance.board.charts import bars
from governance.board.evidence import Evidence
from governance.board.words import SAID, asks, change, summary
from governance.measures.model import Figure
from governance.papers.model import Block, Grid, Paper, Picture, Points, Section, Text
from governance.registers.entries import Entry

SECTIONS = (
    ("Use and reach", ("use",)),
    ("Quality", ("quality", "openness")),
    ("Safety and escalations", ("safety", "people")),
    ("Leaning on the assistant", ("dependence",)),
    ("Complaints", ("complaints",)),
)
HEADS = ("Measure", "Now", "95% interval", "Before", "Change", "Id")


def make(evidence: Evidence) -> Paper:
    """Return the pack."""
    sections = [
        Section("Summary", tuple(Text(line) for line in summary(evidence))),
        Section("What we ask you to decide", (Points(tuple(asks(evidence))),)),
        *(Section(heading, tuple(_figures(evidence, heading, kinds))) for heading, kinds in SECTIONS),
        Section("Evaluation of this release", tuple(_suites(evidence))),
        Section("Risks", (_risks(evidence),)),
        *(_register(evidence, *each) for each in REGISTERS),
        Section("How to check a figure", (Text(CHECK),)),
    ]
    period = f"{evidence.period.start:%-d %B %Y} to {evidence.period.last_day:%-d %B %Y}"
    facts = (("Period", period), ("Release that serves", evidence.release))
    council = str(evidence.settings.council_facts["name"])
    return Paper(
        "board-pack", f"Board pack: {evidence.settings.persona}", council, evidence.now, tuple(sections), facts
    )


CHECK = (
    "Each figure has an id. The command `kith report explain ID --from DATE --to DATE` prints what it counts, the query, the "
    "period and the moment, and works it out again. Counts of people under five are not shown. Not measured is never nought."
)


def _figures(evidence: Evidence, heading: str, kinds: Sequence[str]) -> list[Block]:
    shown = [one for one in evidence.figures.values() if one.measure.section in kinds]
    rows = tuple(_row(one, evidence.before[one.measure.id]) for one in shown)
    blocks: list[Block] = [Grid(heading, HEADS, rows)]
    pairs = [
        (one.measure.title, one.value, evidence.before[one.measure.id].value)
        for one in shown
        if one.measure.unit == "share"
    ]
    svg, words = bars(pairs)
    return [Picture(svg, words), *blocks] if svg else blocks


def _row(now: Figure, before: Figure) -> tuple[str, ...]:
    return (now.measure.title, now.words, now.interval, before.words, change(now, before), now.measure.id)


def _suites(evidence: Evidence) -> list[Block]:
    """A sentence a suite, a chart of its rates, and the figures that miss their mark."""
    if not evidence.suites:
        return [Text("This release was not evaluated. Not evaluated is not passed.")]
    blocks: list[Block] = []
    for one in evidence.suites:
        blocks.append(Text(f"{one.suite}: {SAID[one.verdict]}. Run {one.run_id[:12]}, {one.finished_at:%-d %B %Y}."))
        missed = [each for each in one.measures if each.met is False]
        if missed:
            blocks.append(
                Points(tuple(f"{each.title or each.name}: mark {each.mark} not met, {each.n} cases" for each in missed))
            )
        svg = intervals(one.measures, {})
        if svg:
            told = "; ".join(
                f"{each.title or each.name} {100 * each.value:.1f}%"
                for each in one.measures
                if each.unit == "rate" and each.value is not None
            )
            blocks.append(Picture(svg, f"Rates of the {one.suite} suite with 95% intervals: {told}."))
    return blocks


def _risks(evidence: Evidence) -> Block:
    heads = ("Risk", "Rating", "Live measure", "What holds it back", "Owner")
    rows = []
    for risk, rating in evidence.open_risks:
        figure = evidence.figures.get(str(risk.values.get("indicator") or ""))
        live = f"{figure.measure.title}: {figure.words}" if figure else "none"
        rows.append(
            (
                f"{risk.reference} {risk.name}",
                f"{rating.words} ({rating.score})",
                live,
                str(risk.values["controls"]),
                str(risk.values["owner"]),
            )
        )
    return (
        Grid("Open risks, worst first", heads, tuple(rows))
        if rows
        else Text("No risk is in the register: that is a gap, not good news.")
    )


REGISTERS = (
    ("Incidents", "incidents", ("severity", "status", "lessons")),
    ("Conditions and actions", "actions", ("owner", "due_on", "status")),
    ("Decisions so far", "decisions", ("kind", "decided_on", "conditions")),
)


def _register(evidence: Evidence, heading: str, register: str, fields: tuple[str, ...]) -> Section:
    found = evidence.registers[register]
    if not found:
        return Section(heading, (Text("None."),))
    own = {field.name: field for field in found[0].register.fields}
    heads = ("Reference", "What", *(own[name].label for name in fields))
    rows = tuple(
        (one.reference, one.name, *(own[name].say(one.values.get(name)) for name in fields)) for one in _newest(found)
    )
    return Section(heading, (Grid(heading, heads, rows),))


def _newest(found: Sequence[Entry]) -> list[Entry]:
    return sorted(found, key=lambda one: one.number, reverse=True)[:25]
