"""Figures of the evaluation suites, by ids such as `safety.recall`: explained, and worked out again from the kept cases."""

from dataclasses import dataclass

from assistant.storage.store import Work
from evaluation import kept
from evaluation.evidence import Measure, SuiteEvidence
from evaluation.marks import measures, show
from evaluation.parity import compare_kept
from governance.measures.compute import NoSuchMeasure


@dataclass(frozen=True, slots=True)
class SuiteFigure:
    """One figure of a run as it was kept, and as it comes out when its cases are counted again."""

    suite: str
    release: str
    run_id: str
    kept: Measure
    again: Measure | None
    finished: str
    record_hash: str

    @property
    def is_same(self) -> bool:
        return self.again is not None and (self.again.value, self.again.n) == (self.kept.value, self.kept.n)


def id_of(suite: str, measure: Measure) -> str:
    """Return the id under which the pack shows a suite's figure."""
    return f"{suite}.{measure.name}"


def value_words(measure: Measure) -> str:
    return show(measure.value, measure.unit)


def interval_words(measure: Measure) -> str:
    if measure.low is None or measure.high is None:
        return ""
    return f"{show(measure.low, measure.unit)} to {show(measure.high, measure.unit)}"


async def suite_figure(work: Work, name: str, release: str) -> SuiteFigure:
    """Return a suite's figure under a release. Raises `NoSuchMeasure` when it was not measured there."""
    suite, _, measure = name.partition(".")
    brief = (await kept.newest_of(work, release)).get(suite)
    found = next((one for one in brief.measures if one.name == measure), None) if brief else None
    if brief is None or found is None:
        raise NoSuchMeasure(
            f"The release {release} has no figure called {name}. The board pack lists those that there are, "
            "and `kith evaluate` measures the missing suites."
        )
    record = await kept.load(work, brief.id)
    counted = measures(suite, (score for result in record.results for score in result.scores))
    if suite == "bias":
        counted += compare_kept(record.results)[0]
    again = next((one for one in counted if one.name == measure), None)
    day = f"{record.finished_at:%-d %B %Y %H:%M} (UTC)"
    return SuiteFigure(suite, release, record.id, found, again, day, str(record.facts["scores_hash"])[:16])


def explain_suite(figure: SuiteFigure) -> list[tuple[str, str]]:
    """Return how a suite's figure came about, as lines."""
    one = figure.kept
    if figure.again is None:
        check = "another model judged these, so the run itself must be repeated: kith evaluate " + figure.suite
    else:
        check = (
            f"{value_words(figure.again)} of {figure.again.n} cases: {'the same' if figure.is_same else 'NOT the same'}"
        )
    return [
        ("Measure", f"{one.title or one.name} ({id_of(figure.suite, one)})"),
        ("Meaning", f"Counted over the cases of the {figure.suite} suite, which nobody tuned on."),
        ("Value", value_words(one) + (f", 95% interval {interval_words(one)}" if interval_words(one) else "")),
        ("Counted", str(one.n)),
        ("Mark", one.mark or "none: reported only"),
        ("Release", figure.release),
        ("Run", f"{figure.run_id[:12]}, scores {figure.record_hash}"),
        ("Measured", figure.finished),
        ("Counted again from the kept cases", check),
    ]


def find(suites: list[SuiteEvidence], name: str) -> SuiteEvidence | None:
    """Return the evidence of one suite."""
    return next((one for one in suites if one.suite == name), None)
