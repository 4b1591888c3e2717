"""Kept runs as Inspect logs, so that Inspect's own viewer and data frames read what was run long ago. Nothing is run again."""

from pathlib import Path

from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalLog,
    EvalMetric,
    EvalResults,
    EvalSample,
    EvalScore,
    EvalSpec,
    EvalStats,
    write_eval_log,
)
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, ModelOutput
from inspect_ai.scorer import Score

from evaluation.chat import Bubble, chat_of
from evaluation.evidence import Measure
from evaluation.marks import misses, words
from evaluation.runs import Record
from evaluation.suite import CaseResult


def write_log(record: Record, folder: Path) -> Path:
    """Write one run as a log file into a folder, and return its place."""
    place = folder / f"{record.finished_at:%Y-%m-%dT%H-%M-%S}_{record.suite}_{record.id[:12]}.eval"
    write_eval_log(as_log(record), str(place))
    return place


def as_log(record: Record) -> EvalLog:
    """Return a run in Inspect's form. What was not scored is left out of a sample's scores: it is neither right nor wrong."""
    started, ended = record.started_at.isoformat(), record.finished_at.isoformat()
    title, question = words(record.suite)
    spec = EvalSpec(
        created=started,
        task=record.suite,
        task_display_name=title,
        eval_id=record.id,
        run_id=record.batch,
        task_id=f"{record.suite}-{record.release}",
        dataset=EvalDataset(name=", ".join(record.facts["datasets"]), samples=len(record.results)),
        model=f"kith/{record.release}",
        config=EvalConfig(),
        metadata={"question": question, "verdict": record.verdict.value, **dict(record.facts)},
    )
    samples = [as_sample(record.suite, result) for result in record.results]
    return EvalLog(
        status="success",
        eval=spec,
        results=EvalResults(
            total_samples=len(samples),
            completed_samples=len(samples),
            scores=[as_score(one) for one in record.measures],
        ),
        stats=EvalStats(started_at=started, completed_at=ended),
        samples=samples,
    )


def as_score(measure: Measure) -> EvalScore:
    """Return one measure with its interval and n as Inspect's metrics."""
    figures = {"value": measure.value, "low": measure.low, "high": measure.high, "n": measure.n}
    return EvalScore(
        name=measure.name,
        scorer=measure.name,
        scored_samples=measure.n,
        metrics={name: EvalMetric(name=name, value=figure) for name, figure in figures.items() if figure is not None},
        metadata={"title": measure.title, "mark": measure.mark, "met": measure.met},
    )


def as_sample(suite: str, result: CaseResult) -> EvalSample:
    """Return one case as a chat with its scores."""
    bubbles = chat_of(suite, result)
    chat = [message_of(one) for one in bubbles]
    said = [one.text for one in bubbles if one.who == "kith"]
    wrong = misses(suite, result.scores)
    scores = {
        one.measure: Score(value=one.value, answer=said[-1] if said else "", explanation=one.why)
        for one in result.scores
        if one.value is not None
    }
    return EvalSample(
        id=result.case.id,
        epoch=1,
        input="\n".join(result.case.messages),
        target=expected(result),
        messages=list(chat),
        output=ModelOutput.from_content("kith", said[-1] if said else ""),
        scores=scores,
        metadata={
            **result.case.tags,
            "dataset": result.case.dataset,
            "outcome": result.seen[-1].outcome if result.seen else "",
            "failing": ", ".join(dict.fromkeys(one.measure for one in wrong)),
        },
    )


def message_of(bubble: Bubble) -> ChatMessageUser | ChatMessageAssistant:
    """Return one thing that was written as Inspect's message."""
    text = f"({bubble.label}) {bubble.text}" if bubble.label else bubble.text
    return ChatMessageUser(content=text) if bubble.who == "carer" else ChatMessageAssistant(content=text)


def expected(result: CaseResult) -> str:
    """Return in words what would be right."""
    want = result.case.want
    facts = " and ".join(" or ".join(ways) for ways in want.get("expect", ()))
    kinds = ", ".join(want.get("categories", ()))
    return facts or kinds or str(want.get("clean") or want.get("kind") or "")
