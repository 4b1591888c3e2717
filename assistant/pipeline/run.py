"""Pass a turn through the steps, in order, until one of them ends it."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Turn, Urgency
from assistant.pipeline.wording import Wording

Step = Callable[[Turn], Awaitable[Turn]]
log = structlog.get_logger()


async def run(steps: Sequence[Step], turn: Turn, wording: Wording) -> Turn:
    """Return the finished turn, with the time of each step.

    A step that raises ends the turn with `error_step`, a safe reply and a person told: never a pass.
    """
    for step in steps:
        name = type(step).__name__
        started = time.perf_counter()
        try:
            turn = await step(turn)
        except Exception as error:
            log.error("step_failed", step=name, turn_id=turn.id, error=type(error).__name__)
            turn = failed(turn, wording, name)
        turn = replace(turn, timings_ms=(*turn.timings_ms, (name, (time.perf_counter() - started) * 1000)))
        if turn.outcome is not None:
            return turn
    return failed(turn, wording, "no_step_answered")


def failed(turn: Turn, wording: Wording, step: str, outcome: Outcome = Outcome.ERROR_STEP) -> Turn:
    """End a turn that could not be handled: safe words for the carer, a case for staff."""
    turn = turn.found(Finding("pipeline", "error", step)).escalate(outcome.value, Urgency.URGENT)
    return turn.stop(outcome, wording.canned(outcome))
