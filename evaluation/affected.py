"""Which cases a change of guidance can touch. All others come out as before, so only the touched ones need to run again.

A chat is followed up to the answer that would be quoted, on the old guidance and on the new. Where both name the same
passages and would quote the same words, the writer of the answer is given the same in both and the case is untouched.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.errors import KithError
from assistant.pipeline.answering import Answerer
from assistant.pipeline.check import CheckReply
from assistant.pipeline.compose import ComposeAnswer
from assistant.release import parts_that_differ
from assistant.replay import Conversation
from assistant.serving import open_older
from assistant.wiring import Brain
from evaluation.cases import Case, shipped
from evaluation.marks import marks_version
from evaluation.runs import Options, Progress, Record, as_record, code_version, run_cases
from evaluation.suite import Suite
from evaluation.world import World, changed

MAY_DIFFER = frozenset({"guidance"})
"""Parts of a release in which the two may differ."""
Footing = tuple[tuple[Any, ...], ...]


class NothingToCarry(KithError):
    """The affected cases alone cannot stand for a suite. The message says why and what to run instead."""

    status_code = 409


@dataclass(frozen=True, slots=True)
class EndUnchecked:
    """Ends a turn with its draft, unread: what a draft rests on is looked at, nothing is sent."""

    async def __call__(self, turn: Turn) -> Turn:
        return turn.stop(Outcome.ANSWERED, turn.draft)


def unchecked(answerer: Answerer) -> Answerer:
    """Return the same steps with quotes for a model's words and no check of them."""
    quoting = changed(answerer, ComposeAnswer, model=None)
    steps = tuple(EndUnchecked() if isinstance(step, CheckReply) else step for step in quoting.steps)
    return replace(quoting, steps=steps)


async def footing(answerer: Answerer, case: Case) -> Footing:
    """Return what each answer of a case's chat would rest on. Scores are left out: they move with every document."""
    chat = Conversation(answerer)
    turns = [await chat.ask(message, case.guidance) for message in case.messages]
    return tuple(
        (turn.outcome, turn.reply, *(replace(passage, score=0.0) for passage in turn.passages)) for turn in turns
    )


async def touched(before: Answerer, after: Answerer, cases: Sequence[Case], at_once: int = 4) -> set[str]:
    """Return the ids of the cases that may come out in another way."""
    old, new, gate = unchecked(before), unchecked(after), asyncio.Semaphore(at_once)

    async def differs(case: Case) -> bool:
        async with gate:
            return await footing(old, case) != await footing(new, case)

    found = await asyncio.gather(*map(differs, cases))
    return {case.id for case, is_touched in zip(cases, found, strict=True) if is_touched}


def rests_on_guidance(suite: Suite, case: Case) -> bool:
    """Whether the published guidance has any part in a case. A ready-made reply brings its own passages."""
    return not ("reply" in case.want and suite.see is not None)


async def run_affected(
    suite: Suite, world: World, base: Record, options: Options, progress: Progress = lambda *_: None
) -> Record:
    """Run the touched cases of a suite and take the others from `base`, a run of the release that serves.

    Every mark is held against all cases, as in a whole run; the record says how many were carried over and from where.

    Raises:
        NothingToCarry: The releases differ in more than guidance, the cases or marks have changed since, or the older
            guidance is no longer here.
    """
    check_base(suite, world, base)
    older = await asyncio.to_thread(open_older, world.brain, base.facts["release"])
    if older is None:
        raise NothingToCarry("The guidance of the release that serves is no longer on this machine. Run whole suites.")
    try:
        cases = suite.cases(options.split)
        again = await to_run_again(suite, world, older, cases)
    finally:
        older.searcher.close()
    started = datetime.now(UTC)
    fresh = await run_cases(suite, [case for case in cases if case.id in again], world, options.at_once, progress)
    kept = {result.case.id: result for result in base.results} | {result.case.id: result for result in fresh}
    results = [kept[case.id] for case in cases]
    origin = base.facts.get("carried", {})
    carried = {"from": base.id, "cases": len(cases) - len(fresh), "again": len(fresh),
               "since": origin.get("since", base.finished_at.isoformat())}  # fmt: skip
    return as_record(suite, world, options, results, started, {"carried": carried})


async def to_run_again(suite: Suite, world: World, older: Brain, cases: Sequence[Case]) -> set[str]:
    """Return the ids of the cases to run. Where search alone is measured, looking is as dear as running: all of them."""
    if suite.name == "retrieval":
        return {case.id for case in cases}
    open_to_change = [case for case in cases if rests_on_guidance(suite, case)]
    return await touched(older.answerer, world.brain.answerer, open_to_change)


def check_base(suite: Suite, world: World, base: Record) -> None:
    """Refuse a base that measured other things, or by other rules."""
    differ = set(parts_that_differ(base.facts["release"], world.facts)) - MAY_DIFFER
    if differ:
        raise NothingToCarry(
            f"This release differs from the one that serves in {', '.join(sorted(differ))}, so every case may come out "
            "otherwise. Run whole suites: kith release evaluate --path full"
        )
    datasets = {name: shipped(name).version for name in suite.datasets}
    same = (datasets, marks_version(), code_version())
    if (base.facts["datasets"], base.facts["marks"], base.facts["code"]) != same:
        raise NothingToCarry(f"The cases, marks or code of the suite {suite.name} have changed since. Run it whole.")
