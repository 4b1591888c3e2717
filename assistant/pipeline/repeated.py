"""Do not say the same section twice: a follow-up that nothing answers better is given what was not said yet."""

import re
from collections.abc import Sequence

from assistant.domain.turn import Passage, Turn
from assistant.pipeline.quote import SENTENCE_END

NEARLY = 0.7
"""A section that was not shown yet comes before one that was when its score is at least this share of its score."""
MORE = re.compile(
    r"^\W*(?:and |ok |so )*(?:what else|anything else|anything more|tell me more|more|go on|and then|then what)\W*$",
    re.IGNORECASE,
)
"""Asks for the rest, whatever it is."""


def unsaid_first(found: Sequence[Passage], turn: Turn) -> Sequence[Passage]:
    """Return the passages with what the last reply held after the others.

    The best stays first even so, unless another of its document is nearly as likely.
    """
    last = turn.past.exchanges[-1].reply if turn.past.exchanges else ""
    new = [one for one in found if not is_said(one, last)]
    old = [one for one in found if is_said(one, last)]
    if not new or not old:
        return found
    first = found[0]
    if first in old:
        least = 0.0 if MORE.match(turn.masked) else NEARLY * first.score
        likely = (one for one in new if one.document == first.document and one.heading and one.score >= least)
        first = next(likely, first)
    return [first, *(one for one in (*new, *old) if one is not first)]


def is_said(passage: Passage, reply: str) -> bool:
    """Whether a reply quotes a passage, or at least begins to."""
    return SENTENCE_END.split(passage.text)[0] in reply
