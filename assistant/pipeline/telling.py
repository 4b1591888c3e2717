"""Take a carer at their word who only tells something: kind fixed words and an offer, no guidance that nobody asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Turn, Vector
from assistant.pipeline.feedback import LOOKED_AGAIN
from assistant.pipeline.soft_line import came_near
from assistant.pipeline.understand import leaves_out_its_subject
from assistant.pipeline.wording import Wording
from rails.telling import ASKED_NOTHING, RAIL

OnlyTells = Callable[[str, Sequence[Vector]], Any]
"""Says whether a message only tells something, as a verdict: it fails where the message asks for nothing."""
TELLING = "telling"
"""The doubt about a message that asks for nothing, unless guidance plainly fits it. `LookAgain` settles it."""
UNMET = ("clarify", "unanswerable", Outcome.COMMAND_DID_NOT_HELP.value)
"""How the outcomes begin after which a carer says once more what they are after, with or without a question."""


@dataclass(frozen=True, slots=True)
class HearTelling:
    """End the turn with an acknowledgement where the message surely asks for nothing; leave in doubt what may ask for nothing."""

    only_tells: OnlyTells
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if not may_only_tell(turn):
            return turn
        found = self.only_tells(turn.text, turn.vectors)
        if found.passed:
            return turn.found(Finding(found.rail, found.result.value, found.reason))
        return acknowledge(turn, self.wording) if found.reason == ASKED_NOTHING else replace(turn, doubt=TELLING)


def may_only_tell(turn: Turn) -> bool:
    """Whether nothing else was heard in the message, and it neither says again what got no answer nor goes on from an answer."""
    is_settled = turn.doubt or turn.categories or LOOKED_AGAIN in turn.effects or came_near(turn.findings)
    unmet = bool(turn.past.exchanges) and turn.past.exchanges[-1].outcome.startswith(UNMET)
    return bool(turn.vectors) and not (is_settled or unmet or leaves_out_its_subject(turn))


def settle(turn: Turn, fits: float, wording: Wording) -> Turn:
    """Answer what guidance plainly fits after all, at the score `fits` or more; acknowledge the rest."""
    if not turn.passages or turn.passages[0].score < fits:
        return acknowledge(turn, wording)
    return replace(turn, doubt="").found(Finding(RAIL, "pass", "guidance plainly fits"))


def acknowledge(turn: Turn, wording: Wording) -> Turn:
    """End the turn with the fixed words, shorter ones the second time running."""
    last = turn.past.exchanges[-1].outcome if turn.past.exchanges else ""
    text = wording.canned(Outcome.ANSWERED_TELLING, "again" if last == Outcome.ANSWERED_TELLING.value else "first")
    turn = replace(turn, passages=(), doubt="").found(Finding(RAIL, "fail", ASKED_NOTHING))
    return turn.stop(Outcome.ANSWERED_TELLING, text)
