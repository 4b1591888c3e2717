"""What `kith evaluate` does, in sentences: runs, comparisons, tables. Slow libraries are opened only when needed."""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import SettingsWrong
from assistant.settings import Settings, load_settings
from evaluation import kept
from evaluation.batch import Asked, open_store, run_now, unfinished
from evaluation.cases import VERSIONS, Dataset, names, shipped
from evaluation.compare import Comparison, compare
from evaluation.evidence import Verdict
from evaluation.own_cases import ENDINGS, own
from evaluation.registry import suite as suite_of
from evaluation.runs import Options, Progress, Record
from evaluation.telling import as_table, brief, comparison

EXITS = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.INSUFFICIENT: 2, Verdict.UNSCORED: 3}
FROM_LIVE = "from-live"
"""The name under which approved test cases from live answers are run."""
STOPPED = 130
"""The exit code of what was stopped from the keyboard."""
NAMED = 30
SHOWN_OF_OWN = 20
"""Failing cases printed of somebody's own file, which nobody is kept from reading."""
README = Path("README.md")
MARKS = ("<!-- evaluation table -->", "<!-- end of evaluation table -->")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of one command."""

    names: tuple[str, ...]
    sample: int
    split: str
    seed: int
    resume: bool
    show: int
    fail_under: float


def run(wanted: Wanted, release: str, against: str) -> int:
    """Run and print, or compare two releases that were run before; return the exit code."""
    settings = load_settings()
    quiet()
    if release and against:
        return compare_kept(settings, release, against, wanted.names)
    asked = unfinished(settings) if wanted.resume else what_asked(settings, wanted)
    with_bar, stop = progress_bar()
    try:
        records = run_now(settings, asked, with_bar)
    except KeyboardInterrupt:
        stop()
        say("Stopped." if asked.own else "Stopped. What is done is kept. Go on with: kith evaluate --resume")
        return STOPPED
    finally:
        stop()
    most = wanted.show or (SHOWN_OF_OWN if asked.own else 0)
    for record, unsteady in zip(records, flaky(settings, records), strict=True):
        say(brief(record, most))
        if unsteady:
            say(f"  Flaky: another outcome than in the last run of this release: {', '.join(unsteady[:NAMED])}\n")
    codes = [exit_code(records)]
    codes += [1] if any(under(record, wanted.fail_under) for record in records) else []
    codes += [compare_with(settings, records, against)] if against else []
    return worst(codes)


def flaky(settings: Settings, records: Sequence[Record]) -> list[tuple[str, ...]]:
    """Return for each record the cases that came out otherwise in the run before it, of the same release and cases."""
    return asyncio.run(_flaky(settings, records))


async def _flaky(settings: Settings, records: Sequence[Record]) -> list[tuple[str, ...]]:
    store = open_store(settings)
    found: list[tuple[str, ...]] = []
    try:
        async with store.read() as work:
            for record in records:
                runs = await kept.latest(work, 20, record.release, record.suite)
                same = [one for one in runs if one.id != record.id and is_same_asking(one.facts, record.facts)]
                before = await kept.load(work, same[0].id) if same else None
                found.append(compare(before, record).flaky if before else ())
    finally:
        await store.close()
    return found


def is_same_asking(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two runs asked the same cases and scored them by the same code and marks."""
    return all(one.get(fact) == other.get(fact) for fact in ("datasets", "split", "sample", "code", "marks"))


def worst(codes: Sequence[int]) -> int:
    """Return the code that a build must see: a failure before all else, then what is unscored, then too little evidence."""
    return 1 if 1 in codes else max(codes, default=0)


def exit_code(records: Sequence[Record]) -> int:
    """Return 1 when a suite failed, else the gravest of the other codes."""
    return worst([EXITS[record.verdict] for record in records])


def run_affected(settings: Settings, names: Sequence[str]) -> int:
    """Run suites on the cases that the newest guidance can touch, and print; return the exit code."""
    from evaluation.carrying import run_affected_now

    quiet()
    with_bar, stop = progress_bar()
    try:
        records = run_affected_now(settings, names, with_bar)
    finally:
        stop()
    for record in records:
        carried = record.facts["carried"]
        say(f"{brief(record)}  {carried['again']} cases were run again, {carried['cases']} cannot have changed.\n")
    return exit_code(records)


def what_asked(settings: Settings, wanted: Wanted) -> Asked:
    """Sort names into suites and files. Your own cases are scored as accuracy unless a suite is named."""
    if FROM_LIVE in wanted.names:
        return from_live(settings, wanted)
    files = [name for name in wanted.names if name.lower().endswith(ENDINGS) or Path(name).is_file()]
    suites = tuple(dict.fromkeys(name for name in wanted.names if name not in files))
    for name in suites:
        suite_of(name)
    if len(files) > 1:
        raise SettingsWrong("Give one file of cases at a time.")
    options = Options(split=wanted.split, sample=wanted.sample, seed=wanted.seed)
    if not files:
        return Asked(suites, options)
    return Asked(suites or ("accuracy",), options, own(Path(files[0])))


def from_live(settings: Settings, wanted: Wanted) -> Asked:
    """Return the test cases that people made from live answers and others approved, to be scored as accuracy."""
    if len(wanted.names) > 1:
        raise SettingsWrong(f"Run {FROM_LIVE} by itself: its cases are scored as accuracy.")
    found = asyncio.run(_approved(settings))
    if not found.cases:
        raise SettingsWrong("No test case from a live answer is approved yet. Propose one on the page Test cases.")
    return Asked(("accuracy",), Options(split=wanted.split, sample=wanted.sample, seed=wanted.seed), found)


async def _approved(settings: Settings) -> Dataset:
    from evaluation.found_cases import approved

    store = open_store(settings)
    try:
        async with store.read() as work:
            return await approved(work, "accuracy")
    finally:
        await store.close()


def quiet() -> None:
    """Keep the pipeline's own log lines out of a report."""
    from assistant.logs import set_up_logs

    set_up_logs("ERROR")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def progress_bar() -> tuple[Progress, Callable[[], None]]:
    """Return a progress bar on standard error, and what ends it."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    tasks: dict[str, object] = {}

    def tell(name: str, done: int, all_of_them: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=all_of_them)
        bar.update(tasks[name], completed=done)  # type: ignore[arg-type]

    bar.start()
    return tell, bar.stop


def under(record: Record, percent: float) -> bool:
    """Whether a suite's first rate is below a bar given on the command line. A missing figure is below every bar."""
    first = record.measures[0]
    return bool(percent) and first.unit == "rate" and (first.value is None or 100 * first.value < percent)


def compare_with(settings: Settings, records: Sequence[Record], against: str) -> int:
    """Compare fresh records with the newest runs of another release."""
    found = asyncio.run(_kept_records(settings, against, [record.suite for record in records]))
    pairs = [(found[record.suite], record) for record in records if record.suite in found]
    return print_comparisons([compare(before, after) for before, after in pairs])


def compare_kept(settings: Settings, release: str, against: str, only: Sequence[str]) -> int:
    """Compare the newest runs of two releases."""
    after = asyncio.run(_kept_records(settings, release, only))
    before = asyncio.run(_kept_records(settings, against, only))
    return print_comparisons([compare(before[name], after[name]) for name in after if name in before])


async def _kept_records(settings: Settings, release: str, only: Sequence[str]) -> dict[str, Record]:
    store = open_store(settings)
    try:
        async with store.read() as work:
            newest = await kept.newest_of(work, release)
            return {name: await kept.load(work, one.id) for name, one in newest.items() if not only or name in only}
    finally:
        await store.close()


def print_comparisons(found: Sequence[Comparison]) -> int:
    """Print what changed; exit 1 when something is worse and chance does not explain it, 2 when nothing could be compared."""
    for one in found:
        say(comparison(one))
    if not found:
        say("Nothing to compare: no suite was run whole under both releases.")
        return 2
    return 1 if any(one.worse for one in found) else 0


def datasets(write: bool = False) -> str:
    """Return one line a shipped dataset, and write their versions down when asked."""
    every = [shipped(name) for name in names()]
    if write:
        kept_versions = json.dumps({one.name: one.version for one in every}, indent=1)
        (Path(__file__).parent / "datasets" / VERSIONS).write_text(kept_versions + "\n", encoding="utf-8")
    return "\n".join(
        f"{one.name:<20} {len(one.cases):>5} cases  {sum(c.split == 'held_back' for c in one.cases):>5} held back  version {one.version}"
        for one in every
    )


def table(release: str, write: bool) -> str:
    """Return the README's table of a release, and put it there when asked."""
    text = as_table(asyncio.run(_newest(load_settings(), release)))
    if write:
        page = README.read_text(encoding="utf-8")
        if MARKS[0] not in page:
            raise SettingsWrong(f"README.md has no line “{MARKS[0]}”. Run this in the project's folder.")
        between = re.compile(re.escape(MARKS[0]) + ".*?" + re.escape(MARKS[1]), re.DOTALL)
        README.write_text(between.sub(lambda _: f"{MARKS[0]}\n{text}\n{MARKS[1]}", page), encoding="utf-8")
    return text


async def _newest(settings: Settings, release: str) -> list[kept.Brief]:
    store = open_store(settings)
    try:
        async with store.read() as work:
            wanted = release or next(iter(await kept.releases(work)), "")
            return list((await kept.newest_of(work, wanted)).values())
    finally:
        await store.close()


def write_report(file: Path, release: str) -> str:
    """Write a release's report in the form that the file's ending names."""
    from evaluation.report import gather, write

    report = asyncio.run(gather(load_settings(), release, datetime.now(UTC)))
    write(report, file)
    return f"Wrote {file}: release {report.release}, {len(report.suites)} suites."


def viewer(folder: Path, release: str) -> str:
    """Write Inspect's viewer into a folder. One that holds anything else is left alone."""
    from evaluation.viewer import STAMP, write_for

    if folder.exists() and not (folder / STAMP).is_file():
        raise SettingsWrong(f"{folder} is there already and is no viewer. Give another name.")
    place = asyncio.run(write_for(load_settings(), release, folder.resolve()))
    return f"Wrote {folder}. To look: python -m http.server --directory {place}, then open http://127.0.0.1:8000"


def defects(only: Sequence[str]) -> tuple[str, int]:
    """Plant each defect, run the suite meant for it, and say what was noticed."""
    from evaluation.defects import plant_all

    quiet()
    found = asyncio.run(plant_all(load_settings(), only))
    lines = [f"{'caught' if one.caught else 'MISSED':<7} {one.name:<28} by {one.suite:<14} {one.why}" for one in found]
    missed = sum(not one.caught for one in found)
    return "\n".join([*lines, f"{len(found) - missed} of {len(found)} planted defects were caught."]), missed


def effects(document: str, version: int) -> tuple[str, int]:
    """Say which answers a version of guidance would change, and how many would no longer be right."""
    from evaluation.effects import look
    from evaluation.effects_found import as_lines

    quiet()
    with_bar, stop = progress_bar()
    try:
        found = asyncio.run(look(load_settings(), document, version, "operator", with_bar))
    finally:
        stop()
    return as_lines(found), found.worse


def live() -> str:
    """Print what the live measures say."""
    from evaluation.live import as_lines, watch_now

    return as_lines(asyncio.run(watch_now(load_settings(), datetime.now(UTC))))


def judge() -> str:
    """Measure the judge against people's labels."""
    from evaluation.judge import measure_now

    return asyncio.run(measure_now(load_settings()))
