"""What a reply owes to the one before: it says no section twice, and keeps that one's subject in view."""

import re
from collections.abc import Sequence

from assistant.domain.turn import Passage, Turn
from assistant.pipeline.quote import SENTENCE_END
from assistant.pipeline.understand import may_lean

NEARLY = 0.7
"""A section that was not shown yet comes before one that was when its score is at least this share of its score."""
MAY_BE_MEANT = 0.25
"""A section of the last answer's document may be what is meant when its score is at least this share of the best one's."""
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


def last_subject_second(found: Sequence[Passage], turn: Turn) -> Sequence[Passage]:
    """Return the passages with one of the last answer's document in second place, where the question may lean on that answer.

    "Can I go to the assessment with him" names a subject by itself, yet after an answer on PIP it may mean the one for PIP.
    """
    last = turn.past.exchanges[-1] if turn.past.exchanges else None
    if not found or last is None or not may_lean(turn.masked):
        return found
    meant = {one.document for one in last.citations[:1]} - {found[0].document}
    near = (one for one in found[1:] if one.document in meant and one.score >= MAY_BE_MEANT * found[0].score)
    second = [one for one in near if one.heading and not is_said(one, last.reply)][:1]
    return [found[0], *second, *(one for one in found[1:] if one not in second)]


def is_said(passage: Passage, reply: str) -> bool:
    """Whether a reply quotes a passage, or at least begins to."""
    return SENTENCE_END.split(passage.text)[0] in reply
