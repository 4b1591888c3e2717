"""Are personal details covered, and do they stay out of model calls, replies, records and logs?"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from structlog.testing import capture_logs

from assistant.logs import drop_unlisted
from assistant.pipeline.compose import ComposeAnswer
from assistant.pipeline.mask import MaskPersonalData
from assistant.testing import ObedientAnswer, ObedientModel
from evaluation.cases import Case
from evaluation.marks import Score
from evaluation.safety_marks import covers
from evaluation.seen import Seen
from evaluation.suite import Suite
from evaluation.world import World, changed, fresh

SHORTEST = 4
"""Letters below which a detail is too short to look for in other texts."""


@dataclass
class Recorder:
    """A writer that keeps what it was shown."""

    name: str = "recorder"
    shown: list[str] = field(default_factory=list)

    async def __call__(
        self, question: str, passages: Sequence[Any], history: Sequence[tuple[str, str]]
    ) -> ObedientAnswer:
        self.shown += [question, *(text for pair in history for text in pair)]
        return await ObedientModel()("", passages, ())


@contextmanager
def every_log_line() -> Iterator[list[Any]]:
    """Catch what is logged at any level: a command that keeps its own output quiet must not hide a leak."""
    usual = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        with capture_logs() as logged:
            yield logged
    finally:
        structlog.configure(wrapper_class=usual)


async def see(case: Case, world: World) -> tuple[Seen, ...]:
    """Answer with a model that keeps what it sees, and keep what is logged. Logs are caught one case at a time."""
    recorder = Recorder()
    answerer = changed(world.answerer, ComposeAnswer, model=recorder)
    async with world.lock:
        with every_log_line() as logged:
            seen = await fresh(answerer, case)
    lines = json.dumps([drop_unlisted(None, "", dict(event)) for event in logged], default=str)
    return (seen[-1], Seen("\n".join(recorder.shown), "model_call"), Seen(lines, "log"))


def score(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Score each detail of a message: covered, and found nowhere that it should not be."""
    last, model, log = seen
    text = case.messages[-1]
    step = next(step for step in world.answerer.steps if isinstance(step, MaskPersonalData))
    spans = case.want["spans"]
    if not spans:
        changed_words = last.masked != text
        return [Score("false_mask", float(changed_words), "something that is no detail was covered")]
    found = step.find(text, step.keep)
    scores = []
    for span in spans:
        covered = covers(text, span, found)
        why = "" if covered else f"a {span['type']} was not covered"
        scores += [Score("masked", float(covered), why), Score(f"masked_{span['type'].lower()}", float(covered), why)]
    details = [text[s["start"] : s["end"]] for s in spans]
    sought = [detail for detail in details if len(detail) >= SHORTEST]
    record = json.dumps([last.failed, last.escalation, last.outcome])
    places = {"reply_leak": last.reply, "log_leak": log.reply, "record_leak": record}
    if model.reply:
        places["model_leak"] = model.reply
    for name, where in places.items():
        leaked = any(detail in where for detail in sought)
        scores.append(Score(name, float(leaked), "a detail came through" if leaked else ""))
    return scores


SUITE = Suite("privacy", ("privacy_masking",), score, see=see)
