"""What the harness itself costs: time beyond the pipeline, a thousand questions, memory. `kith evaluate bench`."""

import hashlib
import json
import resource
import sys
import time
from dataclasses import dataclass, replace

from assistant.settings import Settings
from evaluation.cases import Case, Dataset, shipped
from evaluation.kept import pack
from evaluation.registry import suite
from evaluation.runs import Options, Record, canonical, digest, run_suite, scores_hash
from evaluation.world import open_world, with_answerer

MOST_HARNESS_MS, MOST_SECONDS, MOST_MB = 2.5, 60.0, 1024
"""The bars: processor time a case beyond the pipeline; the wall clock for a thousand cases on two cores; resident memory."""
AGAIN = 50
"""About how many cases are run anew, to see that they score the same."""
SETS = ("accuracy", "out_of_scope", "out_of_scope_voices", "retrieval", "retrieval_voices")


@dataclass(frozen=True, slots=True)
class Took:
    """What a bench found. Times in ms a case but for `seconds`, the whole run's wall clock."""

    cases: int
    seconds: float
    cpu_ms: float
    harness_ms: float
    memory_mb: float
    is_repeatable: bool

    @property
    def per_thousand(self) -> float:
        return 1000 * self.seconds / self.cases

    @property
    def is_within(self) -> bool:
        """Whether every bar is met."""
        quick = self.harness_ms <= MOST_HARNESS_MS and self.per_thousand <= MOST_SECONDS
        return quick and self.memory_mb <= MOST_MB and self.is_repeatable


def thousand(count: int) -> Dataset:
    """Return so many questions in quote mode: the accuracy set, then questions of the search sets with their documents."""
    found: list[Case] = []
    for name in SETS:
        for case in shipped(name).cases:
            want = dict(case.want)
            if "relevant" in want:
                want |= {"expect": [["carer"]], "cite": want["relevant"]}
            found.append(replace(case, want=want, id=f"{name}-{case.id}"))
    chosen = found[:count]
    version = hashlib.sha256(json.dumps([case.id for case in chosen]).encode()).hexdigest()[:12]
    return Dataset("bench", version, tuple(chosen))


async def measure(settings: Settings, count: int) -> Took:
    """Run the cases once through the steps, and once from memory: what the second takes is the harness."""
    world = open_world(settings)
    cases = thousand(count)
    try:
        accuracy = suite("accuracy")
        await run_suite(
            accuracy, world, Options(sample=5), own=cases
        )  # libraries opened on first use are no case's cost
        wall, cpu = time.perf_counter(), time.process_time()
        first = await run_suite(accuracy, world, Options(), own=cases)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        harness = time.process_time()
        again = await run_suite(accuracy, world, Options(), own=cases)
        kept_length(again)
        harness = time.process_time() - harness
        few = replace(cases, cases=cases.cases[:: max(1, len(cases.cases) // AGAIN)])
        anew = await run_suite(accuracy, with_answerer(world, world.answerer), Options(), own=few)
    finally:
        world.brain.searcher.close()
    n = len(cases.cases)
    asked = {one.id for one in few.cases}
    before = [one for one in first.results if one.case.id in asked]
    same = scores_hash("accuracy", before) == anew.facts["scores_hash"]
    return Took(n, wall, 1000 * cpu / n, 1000 * harness / n, memory_mb(), same)


def kept_length(record: Record) -> int:
    """Do what keeping a record takes, but for the database; return its packed length."""
    content = record.content()
    digest(content)
    return len(pack(canonical(content)))


def memory_mb() -> float:
    """Return the most memory that this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def report(took: Took) -> str:
    """Return the figures beside their bars."""
    return "\n".join(
        [
            f"{took.cases} questions in quote mode: {took.seconds:.1f} s, {took.cpu_ms:.1f} ms of processor time each",
            f"A thousand would take {took.per_thousand:.1f} s (bar {MOST_SECONDS:.0f} s on two free cores)",
            f"The harness adds {took.harness_ms:.2f} ms of processor time a case (bar {MOST_HARNESS_MS} ms)",
            f"Memory {took.memory_mb:.0f} MB (bar {MOST_MB} MB)",
            f"Scores of cases that are run anew are {'the same' if took.is_repeatable else 'NOT the same'}",
        ]
    )
