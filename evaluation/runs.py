"""Run a suite and put what came out in a record that nobody changes."""

import asyncio
import hashlib
import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from assistant.release import folder_hashes
from evaluation.cases import Case, Dataset, shipped
from evaluation.evidence import Measure, Verdict
from evaluation.marks import Score, marks_version, measures, misses, specs, verdict
from evaluation.seen import Seen, seen_from
from evaluation.suite import CaseResult, Suite, spread
from evaluation.world import TIMED, World

AT_ONCE = 4
SCHEMA = 1
"""Version of the record's own shape."""
Progress = Callable[[str, int, int], None]
"""Told of a suite's name, the cases done and all of them."""


@dataclass(frozen=True, slots=True)
class Options:
    """What part of a suite to run, and how."""

    split: str = "held_back"
    sample: int = 0
    seed: int = 7
    at_once: int = AT_ONCE
    batch: str = field(default_factory=lambda: uuid4().hex)

    @property
    def is_whole(self) -> bool:
        """Whether the run counts as evidence: every held-back case."""
        return self.split == "held_back" and not self.sample


@dataclass(frozen=True)
class Record:
    """One finished suite: what was measured, on what, by which code, with every case."""

    id: str
    batch: str
    suite: str
    release: str
    verdict: Verdict
    is_whole: bool
    measures: tuple[Measure, ...]
    facts: Mapping[str, Any]
    results: tuple[CaseResult, ...]
    started_at: datetime
    finished_at: datetime

    def content(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            "schema": SCHEMA,
            "id": self.id,
            "batch": self.batch,
            "suite": self.suite,
            "release": self.release,
            "verdict": self.verdict.value,
            "is_whole": self.is_whole,
            "measures": [asdict(one) for one in self.measures],
            "facts": dict(self.facts),
            "results": [result_content(one) for one in self.results],
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
        }


def result_content(result: CaseResult) -> dict[str, Any]:
    """Return one case with what was seen and scored. Times stand apart, in `ms`."""
    return {
        "id": result.case.id,
        "messages": list(result.case.messages),
        "want": dict(result.case.want),
        "tags": dict(result.case.tags),
        "dataset": result.case.dataset,
        "seen": [one.kept() for one in result.seen],
        "ms": [round(one.ms, 2) for one in result.seen],
        "scores": [[score.measure, score.value, score.why] for score in result.scores],
    }


def result_from(kept: Mapping[str, Any]) -> CaseResult:
    """Read one case back from a record."""
    case = Case(kept["id"], tuple(kept["messages"]), kept["want"], kept["dataset"], tags=kept["tags"])
    seen = tuple(replace(seen_from(one), ms=ms) for one, ms in zip(kept["seen"], kept["ms"], strict=True))
    return CaseResult(case, seen, tuple(Score(*one) for one in kept["scores"]))


def record_from(content: Mapping[str, Any]) -> Record:
    """Read a record back from plain data."""
    return Record(
        content["id"],
        content["batch"],
        content["suite"],
        content["release"],
        Verdict(content["verdict"]),
        content["is_whole"],
        tuple(Measure(**one) for one in content["measures"]),
        content["facts"],
        tuple(map(result_from, content["results"])),
        datetime.fromisoformat(content["started_at"]),
        datetime.fromisoformat(content["finished_at"]),
    )


def canonical(content: Any) -> str:
    """Return plain data as the one text that its hash is taken of."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(content: Any) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def scores_hash(suite: str, results: Sequence[CaseResult]) -> str:
    """Return a hash of every score that must come out the same again. Times are left out."""
    timed = {name for name, spec in specs(suite).items() if spec.timed}
    kept = [[r.case.id, [[s.measure, s.value, s.why] for s in r.scores if s.measure not in timed]] for r in results]
    return digest(kept)


async def run_suite(
    suite: Suite, world: World, options: Options, progress: Progress = lambda *_: None, own: Dataset | None = None
) -> Record:
    """Run every case of a suite and return its record. `own` are somebody's own cases instead of the shipped ones."""
    started = datetime.now(UTC)
    cases = spread(list(own.cases), options.sample) if own else spread(suite.cases(options.split), options.sample)
    results = await run_cases(suite, cases, world, options.at_once, progress)
    return as_record(suite, world, options, results, started, own=own)


def as_record(
    suite: Suite, world: World, options: Options, results: Sequence[CaseResult], started: datetime,
    more: Mapping[str, Any] = MappingProxyType({}), own: Dataset | None = None,
) -> Record:  # fmt: skip
    """Put the results of a suite in a record, with `more` facts beside the usual ones."""
    found = measures(suite.name, (score for result in results for score in result.scores))
    if own:  # what none of somebody's cases asks for is not missing
        asked = {score.measure for result in results for score in result.scores}
        found = [one for one in found if one.name in asked]
    said: Verdict | None = None
    if suite.grouped:
        grouped, said = suite.grouped(results, world)
        found += grouped
    basis = verdict(found)
    return Record(
        id=uuid4().hex,
        batch=options.batch,
        suite=suite.name,
        release=world.answerer.release,
        verdict=worse(basis, said) if said else basis,
        is_whole=options.is_whole and own is None,
        measures=tuple(found),
        facts={**facts(suite, world, options, results, own), **more},
        results=tuple(results),
        started_at=started,
        finished_at=datetime.now(UTC),
    )


def worse(one: Verdict, other: Verdict) -> Verdict:
    """Return the less good of two verdicts; a grouped verdict settles what the widest gap alone left open."""
    if Verdict.FAIL in (one, other):
        return Verdict.FAIL
    if Verdict.UNSCORED in (one, other):
        return Verdict.UNSCORED
    return other


async def run_cases(
    suite: Suite, cases: Sequence[Case], world: World, at_once: int, progress: Progress = lambda *_: None
) -> list[CaseResult]:
    """Run cases side by side, or one at a time when the clock is what is measured; return them in the given order."""
    gate = asyncio.Semaphore(1 if suite.how == TIMED else at_once)
    done = 0

    async def one(case: Case) -> CaseResult:
        nonlocal done
        async with gate:
            result = await run_case(suite, case, world)
        done += 1
        progress(suite.name, done, len(cases))
        return result

    return list(await asyncio.gather(*(one(case) for case in cases)))


async def run_case(suite: Suite, case: Case, world: World) -> CaseResult:
    """Run and score one case. A case on which the system erred is unscored, and counts against `ran`."""
    seen = await (suite.see(case, world) if suite.see else world.observer.see(case, suite.how))
    return CaseResult(case, seen, tuple(score_case(suite, case, seen, world)))


def score_case(suite: Suite, case: Case, seen: tuple[Seen, ...], world: World) -> list[Score]:
    """Score what was seen. Nothing can be said of the words when a step broke."""
    broken = next((one for one in seen if one.erred), None)
    if broken:
        return [Score("ran", 0.0, f"ended as {broken.outcome}")]
    return [*suite.score(case, seen, world), Score("ran", 1.0)]


def code_version() -> dict[str, str]:
    """Return what changes with the code that runs and scores cases."""
    return {"kith": version("kith"), "evaluation": folder_hashes("evaluation", (".", "suites"))[:12]}


def facts(
    suite: Suite, world: World, options: Options, results: Sequence[CaseResult], own: Dataset | None
) -> dict[str, Any]:
    """Return what somebody needs to run the same again, and to know whether they did."""
    datasets = {own.name: own.version} if own else {name: shipped(name).version for name in suite.datasets}
    return {
        "cases": len(results),
        "failed": sum(bool(misses(suite.name, result.scores)) for result in results),
        "unscored": sum(all(score.value is None for score in result.scores) for result in results),
        "datasets": datasets,
        "split": "own" if own else options.split,
        "sample": options.sample,
        "seed": options.seed,
        "at_once": options.at_once,
        "scores_hash": scores_hash(suite.name, results),
        "marks": marks_version(),
        "code": code_version(),
        "release": dict(world.facts),
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
    }
