"""Answer gently who only says that they have read the text about danger: who was told, and one number, not all of it again."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Kind, Turn
from assistant.pipeline.wording import Wording

SIGNPOSTED = "signposted"
"""How the outcomes of a text about danger begin. Each of them asked a person to look."""


@dataclass(frozen=True, slots=True)
class HearAcknowledgement:
    """End the turn when it is a bare "ok" or an emoji right after that text. Danger in it was answered before."""

    acknowledges: Callable[[str], bool]
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        follows = any(one.outcome.startswith(SIGNPOSTED) for one in turn.past.exchanges[-1:])
        if not follows or not (self.acknowledges(turn.text) or is_only_signs(turn)):
            return turn
        return turn.stop(Outcome.ANSWERED_SMALL_TALK, self.wording.canned(Outcome.ANSWERED_SMALL_TALK, "heard"))


def is_only_signs(turn: Turn) -> bool:
    """Whether the message is text without a letter or a figure, such as an emoji."""
    is_text = all(one.kind in (Kind.TEXT, Kind.BUTTON) for one in turn.heard)
    return is_text and bool(turn.text) and not any(map(str.isalnum, turn.text))
