"""Read "*badge" as the last message with one word put right, and look at that as if it had been sent."""

import re
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from assistant.domain.turn import Heard, Turn

STARRED = re.compile(r"^\s*(?:\*+\s*(?P<before>[\w'’-]{2,30})\*?|(?P<after>[\w'’-]{2,30})\s*\*+)\s*$")
"""A word with a star, as people put a slip right."""
WORD = re.compile(r"[\w'’-]+")
MOST = 0.5
"""A slip is at most this share of the letters of the longer word away from what was meant."""


@dataclass(frozen=True, slots=True)
class TakeCorrection:
    """Put the right word into the message before, so that every later step reads what was meant. First of all steps."""

    async def __call__(self, turn: Turn) -> Turn:
        found = STARRED.match(turn.text)
        if found is None or not turn.past.exchanges:
            return turn
        meant = corrected(turn.past.exchanges[-1].question, found["before"] or found["after"])
        return replace(turn, heard=(*turn.heard[:-1], Heard(meant))) if meant else turn


def corrected(before: str, right: str) -> str:
    """Return a message with its nearest word put right; "" when no word is near."""
    words = [(OSA.normalized_distance(one.group().casefold(), right.casefold()), one) for one in WORD.finditer(before)]
    distance, slip = min(words, key=lambda one: one[0], default=(1.0, None))
    if slip is None or distance > MOST:
        return ""
    return before[: slip.start()] + right + before[slip.end() :]
