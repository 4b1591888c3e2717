"""What `kith evaluate` prints: a suite's figures, a comparison, the README's table."""

from collections.abc import Sequence

from evaluation.compare import Comparison
from evaluation.evidence import Measure, Verdict
from evaluation.kept import Brief
from evaluation.marks import between, misses, show, words
from evaluation.registry import SUITES
from evaluation.runs import Record

SAID = {
    Verdict.PASS: "passes",
    Verdict.FAIL: "fails",
    Verdict.INSUFFICIENT: "too little evidence",
    Verdict.UNSCORED: "not fully scored",
}


def brief(record: Record, most: int = 0) -> str:
    """Return a suite's verdict and figures as lines, and some failing cases when they are asked for."""
    title, question = words(record.suite)
    lines = [f"{title}: {SAID[record.verdict].upper()}. {question}", *map(figure_line, record.measures)]
    lines.append(f"  {record.facts['cases']} cases, scores {record.facts['scores_hash'][:12]}, run {record.id[:12]}")
    failing = [(result, misses(record.suite, result.scores)) for result in record.results]
    for result, wrong in [pair for pair in failing if pair[1]][:most]:
        why = "; ".join(dict.fromkeys(f"{one.measure}: {one.why}" for one in wrong))
        lines.append(f"    {result.case.id} {result.case.messages[-1]!r}: {why}")
    return "\n".join(lines) + "\n"


def figure_line(measure: Measure) -> str:
    """Return one figure with its interval, n, mark and whether it was met."""
    met = {True: "met", False: "NOT MET", None: "" if not measure.mark else "too few to say"}[measure.met]
    if measure.value is None:
        return f"  {measure.title or measure.name:<58} not measured"
    interval = f"[{between(measure.low, measure.high, measure.unit)}]" if measure.low is not None else ""
    value = show(measure.value, measure.unit)
    return f"  {measure.title or measure.name:<58} {value:>12} {interval} n={measure.n} {measure.mark} {met}".rstrip()


def comparison(found: Comparison) -> str:
    """Return one suite's comparison as lines: measures first, then each case that got worse."""
    lines = [f"{words(found.suite)[0]}:"]
    for one in found.changes:
        said = {True: "better", False: "WORSE", None: "no proven change"}[one.better]
        before, after = show(one.before, one.unit), show(one.after, one.unit)
        lines.append(f"  {one.title:<58} {before:>10} -> {after:<10} n={one.n} p={one.p:.3f} {said}")
    lines += [f"    worse: {moved.case} {moved.measure}: {moved.why}" for moved in found.regressions[:50]]
    if found.flaky:
        lines.append(f"    flaky (one release, two outcomes): {', '.join(found.flaky[:50])}")
    return "\n".join(lines)


def as_table(briefs: Sequence[Brief]) -> str:
    """Return marked measures as a Markdown table, in the order of the suites."""
    order = {name: at for at, name in enumerate(SUITES)}
    missing = [words(name)[0] for name in SUITES if name not in {one.suite for one in briefs}]
    days = sorted({f"{one.finished_at:%-d %B %Y}" for one in briefs})
    about = f"Release {', '.join(sorted({one.release for one in briefs}))}, quote mode or model as that release says; {', '.join(days)}."
    about += f" Not run whole, so not passed: {', '.join(missing)}." if missing else ""
    rows = [about, "", "| Suite | Verdict | Measure | Value (95% interval) | n | Mark |", "|---|---|---|---|--:|---|"]
    for one in sorted(briefs, key=lambda one: order[one.suite]):
        for measure in one.measures:
            if measure.mark:
                rows.append(_table_row(words(one.suite)[0], one.verdict, measure))
    return "\n".join(rows)


def _table_row(title: str, verdict: Verdict, measure: Measure) -> str:
    interval = f" ({between(measure.low, measure.high, measure.unit)})" if measure.low is not None else ""
    met = {True: "", False: ", **not met**", None: ", too few to say"}[measure.met]
    value = show(measure.value, measure.unit)
    return f"| {title} | {SAID[verdict]} | {measure.title} | {value}{interval} | {measure.n} | {measure.mark}{met} |"
