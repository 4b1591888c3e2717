# mypy: disable-error-code="untyped-decorator"
"""The suites as Inspect tasks: `inspect eval evaluation/inspect_tasks.py@accuracy --model mockllm/model`, then `inspect view`.

The same cases, steps and scorers as `kith evaluate`; Inspect brings its logs and its viewer. A measure that a case does not
score is NaN there, which Inspect leaves out. Marks and verdicts are Kith's own and stay with `kith evaluate`.
"""

from functools import cache
from math import nan
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import SampleScore, Score, metric, scorer
from inspect_ai.solver import solver

from assistant.settings import load_settings
from evaluation.cases import Case
from evaluation.marks import specs
from evaluation.registry import suite as suite_of
from evaluation.runs import run_case
from evaluation.suite import spread
from evaluation.world import World, open_world


@cache
def world() -> World:
    """Open the system once for all tasks of a process."""
    return open_world(load_settings())


@cache
def cases_by_id(suite: str) -> dict[str, Case]:
    """Return every case of a suite under its id."""
    return {case.id: case for case in suite_of(suite).cases("all")}


@metric
def share() -> Any:
    """Return the mean over what was scored; NaN when nothing was."""

    def compute(scores: list[SampleScore]) -> float:
        values = [score.score.as_float() for score in scores]
        known = [value for value in values if value == value]
        return sum(known) / len(known) if known else nan

    return compute


@solver
def through_the_steps(suite: str) -> Any:
    """Run the case through the real steps and score it, so that the reply and its scores come from one run."""

    async def solve(state: Any, generate: Any) -> Any:
        result = await run_case(suite_of(suite), cases_by_id(suite)[str(state.sample_id)], world())
        state.output = ModelOutput.from_content("kith", result.seen[-1].reply or result.seen[-1].outcome)
        state.metadata = {
            **state.metadata,
            "outcome": result.seen[-1].outcome,
            "scores": {one.measure: one.value for one in result.scores},
            "why": "; ".join(one.why for one in result.scores if one.why),
        }
        state.completed = True
        return state

    return solve


def measures_of(suite: str) -> Any:
    """Return the scorer of a suite: one value a measure."""
    names = list(specs(suite))

    @scorer(metrics={name: [share()] for name in names}, name=f"kith_{suite}")
    def kith() -> Any:
        async def score(state: Any, target: Any) -> Score:
            found = state.metadata["scores"]
            value = {name: nan if found.get(name) is None else float(found[name]) for name in names}
            return Score(value=value, answer=state.output.completion, explanation=state.metadata["why"])

        return score

    return kith()


def as_task(suite: str, sample: int = 0, split: str = "held_back") -> Task:
    """Return a suite as an Inspect task."""
    cases = spread(suite_of(suite).cases(split), sample)
    samples = [
        Sample(id=case.id, input="\n".join(case.messages), metadata={**case.tags, "dataset": case.dataset})
        for case in cases
    ]
    return Task(dataset=MemoryDataset(samples), solver=through_the_steps(suite), scorer=measures_of(suite), name=suite)


@task
def accuracy(sample: int = 0, split: str = "held_back") -> Task:
    """Return the accuracy suite."""
    return as_task("accuracy", sample, split)


@task
def retrieval(sample: int = 0, split: str = "held_back") -> Task:
    """Return the retrieval suite."""
    return as_task("retrieval", sample, split)


@task
def groundedness(sample: int = 0, split: str = "held_back") -> Task:
    """Return the groundedness suite."""
    return as_task("groundedness", sample, split)


@task
def safety(sample: int = 0, split: str = "held_back") -> Task:
    """Return the safety suite."""
    return as_task("safety", sample, split)


@task
def security(sample: int = 0, split: str = "held_back") -> Task:
    """Return the security suite."""
    return as_task("security", sample, split)


@task
def bias(sample: int = 0, split: str = "held_back") -> Task:
    """Return the bias suite."""
    return as_task("bias", sample, split)


@task
def tone(sample: int = 0, split: str = "held_back") -> Task:
    """Return the tone suite."""
    return as_task("tone", sample, split)


@task
def robustness(sample: int = 0, split: str = "held_back") -> Task:
    """Return the robustness suite."""
    return as_task("robustness", sample, split)


@task
def privacy(sample: int = 0, split: str = "held_back") -> Task:
    """Return the privacy suite."""
    return as_task("privacy", sample, split)


@task
def dependence(sample: int = 0, split: str = "held_back") -> Task:
    """Return the dependence suite."""
    return as_task("dependence", sample, split)
