"""Obey what was stopped: the whole service, or single topics. Danger and commands were answered before this."""

from dataclasses import dataclass, replace

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.wording import Wording


@dataclass(frozen=True, slots=True)
class HoldWhilePaused:
    """Say honestly that the service is paused, and ask a person to look."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        return paused(turn, self.wording) if turn.limits.paused else turn


@dataclass(frozen=True, slots=True)
class LeaveOutPausedTopics:
    """Let no answer rest on a document that was stopped. When nothing else was found, say that it is paused."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        kept = tuple(one for one in turn.passages if one.document not in turn.limits.topics)
        # The nearest passage tells what the question is about: with it gone, the others would answer beside the point.
        if turn.passages and kept[:1] != turn.passages[:1]:
            return paused(turn, self.wording)
        return replace(turn, passages=kept)


def paused(turn: Turn, wording: Wording) -> Turn:
    """End the turn with the fixed text, and a case for staff."""
    return turn.escalate("service_paused").stop(Outcome.PAUSED, wording.canned(Outcome.PAUSED))
