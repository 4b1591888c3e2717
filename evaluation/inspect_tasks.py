# mypy: disable-error-code="untyped-decorator"
"""The suites as Inspect tasks: `inspect eval evaluation/inspect_tasks.py@accuracy --model mockllm/model`, then `inspect view`.

`-T sample=20` runs a part, `-T group=topic` shows each measure by a tag too. The same cases, steps and scorers as `kith evaluate`; Inspect brings its logs and its viewer. A measure that a case does not
score is NaN there, which Inspect leaves out. Marks and verdicts are Kith's own and stay with `kith evaluate`.
"""

from collections.abc import Callable
from functools import cache
from math import nan
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import SampleScore, Score, grouped, metric, scorer
from inspect_ai.solver import solver

from assistant.settings import load_settings
from evaluation.cases import TAGS, Case
from evaluation.marks import Spec, measure, specs
from evaluation.registry import suite as suite_of
from evaluation.runs import run_case
from evaluation.suite import spread
from evaluation.world import World, open_world

NO_TAGS = dict.fromkeys(TAGS, "none")


@cache
def world() -> World:
    """Open the system once for all tasks of a process."""
    return open_world(load_settings())


@cache
def cases_by_id(suite: str) -> dict[str, Case]:
    """Return every case of a suite under its id."""
    return {case.id: case for case in suite_of(suite).cases("all")}


def part_of(spec: Spec, part: str) -> Callable[[list[SampleScore]], float]:
    """Return what works out one part of a measure (`value`, `low` or `high`) over what was scored; NaN when nothing was."""

    def compute(scores: list[SampleScore]) -> float:
        given = [score.score.as_float() for score in scores]
        found = getattr(measure(spec, [one for one in given if one == one]), part)
        return nan if found is None else float(found)

    return compute


@metric
def value(spec: Spec) -> Any:
    """Return the figure itself: a share, a mean or a percentile, as the marks file says."""
    return part_of(spec, "value")


@metric
def low(spec: Spec) -> Any:
    """Return the lower end of the 95% interval."""
    return part_of(spec, "low")


@metric
def high(spec: Spec) -> Any:
    """Return the upper end of the 95% interval."""
    return part_of(spec, "high")


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


def measures_of(suite: str, group: str = "") -> Any:
    """Return the scorer of a suite: one value a measure, with its interval, and by a tag when one is named."""
    names = list(specs(suite))

    def figures(spec: Spec) -> list[Any]:
        return [value(spec), low(spec), high(spec), *([grouped(value(spec), group)] if group else [])]

    @scorer(metrics={name: figures(spec) for name, spec in specs(suite).items()}, name=f"kith_{suite}")
    def kith() -> Any:
        async def score(state: Any, target: Any) -> Score:
            found = state.metadata["scores"]
            values = {name: nan if found.get(name) is None else float(found[name]) for name in names}
            return Score(value=values, answer=state.output.completion, explanation=state.metadata["why"])

        return score

    return kith()


def as_task(suite: str, sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return a suite as an Inspect task.

    Args:
        suite: Its name.
        sample: At most so many cases, evenly spread; 0 for all.
        split: `held_back`, `tune` or `all`.
        group: A tag (topic, nation, persona, language, characteristic) to show each measure by as well.
    """
    if group not in ("", *TAGS):
        raise ValueError(f"There is no tag called “{group}”. There are: {', '.join(TAGS)}.")
    cases = spread(suite_of(suite).cases(split), sample)
    samples = [
        Sample(id=case.id, input="\n".join(case.messages), metadata={**NO_TAGS, **case.tags, "dataset": case.dataset})
        for case in cases
    ]
    return Task(
        dataset=MemoryDataset(samples), solver=through_the_steps(suite), scorer=measures_of(suite, group), name=suite
    )


@task
def accuracy(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the accuracy suite."""
    return as_task("accuracy", sample, split, group)


@task
def retrieval(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the retrieval suite."""
    return as_task("retrieval", sample, split, group)


@task
def groundedness(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the groundedness suite."""
    return as_task("groundedness", sample, split, group)


@task
def safety(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the safety suite."""
    return as_task("safety", sample, split, group)


@task
def security(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the security suite."""
    return as_task("security", sample, split, group)


@task
def bias(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the bias suite."""
    return as_task("bias", sample, split, group)


@task
def tone(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the tone suite."""
    return as_task("tone", sample, split, group)


@task
def robustness(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the robustness suite."""
    return as_task("robustness", sample, split, group)


@task
def privacy(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the privacy suite."""
    return as_task("privacy", sample, split, group)


@task
def dependence(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the suite on keeping people in charge."""
    return as_task("dependence", sample, split, group)


@task
def latency(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the speed suite."""
    return as_task("latency", sample, split, group)


@task
def cost(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the cost suite."""
    return as_task("cost", sample, split, group)


@task
def sustainability(sample: int = 0, split: str = "held_back", group: str = "") -> Task:
    """Return the energy suite."""
    return as_task("sustainability", sample, split, group)
