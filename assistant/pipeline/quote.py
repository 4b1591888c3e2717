"""Quote mode: the answer is approved guidance, word for word, with kind framing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.domain.turn import Citation, Passage, Turn
from assistant.pipeline.wording import Wording

HARD = re.compile(
    r"\b(struggl|exhaust|knackered|shattered|tired|worn out|stress|overwhelm|can'?t cope|cry|crying|tears|alone|lonely|scared|worried|worry|"
    r"anxious|desperate|sad|upset|depress|guilt|angry|fed up|hard|difficult|awful|terrible|hate|died|death|lost|grief|griev|sleep|broke|skint|"
    r"afraid|hopeless|drained|burn)",
    re.IGNORECASE,
)
CLOSE = 0.93
"""A second passage of the same document joins the answer when its score is at least this share of the first's."""
MOST_WORDS = 190
"""Longest quoted text: about one phone screen and a half."""
MOST_TOGETHER = 330
"""Longest quoted text where several questions are answered together: two messages."""
MOST_HINTS = 2


def quote(turn: Turn, wording: Wording) -> Turn:
    """Return the turn with a draft quoted from its best passage, and the citation that goes with it."""
    chosen = leading(turn) or choose(turn.passages)
    first = wording.sentence(_opening(turn))
    is_several = len(chosen) > 1 and turn.leads > 1
    body = "\n\n".join(f"*{one.heading or one.title}*\n{one.text}" if is_several else one.text for one in chosen)
    hints = _hints(turn.passages, chosen)
    also = [wording.sentence("also") + "\n" + "\n".join(f"- {hint}" for hint in hints)] if hints else []
    return replace(turn, draft="\n\n".join([first, body, *also]), citations=cite(chosen))


def leading(turn: Turn) -> list[Passage]:
    """Return the passage of each question of a message that asks several things, as far as they fit."""
    chosen: list[Passage] = []
    for passage in turn.passages[: turn.leads] if turn.leads > 1 else ():
        if sum(len(one.text.split()) for one in (*chosen, passage)) <= MOST_TOGETHER or not chosen:
            chosen.append(passage)
    return chosen


def choose(passages: Sequence[Passage]) -> list[Passage]:
    """Take the best passage, and a second of the same document when it is about as good and there is room."""
    first, *rest = passages
    words = len(first.text.split())
    for passage in rest[:2]:
        fits = words + len(passage.text.split()) <= MOST_WORDS
        if passage.document == first.document and passage.score >= CLOSE * first.score and fits:
            return [first, passage]
    return [first]


def cite(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """Return one citation a document, in order."""
    return tuple({p.document: Citation(p.document, p.title, p.url, p.reviewed_on) for p in passages}.values())


def _opening(turn: Turn) -> str:
    """Choose the opening: patience for a repeat, a kind word for a hard time, else plain."""
    asked_before = any(one.question.casefold() == turn.masked.casefold() for one in turn.past.exchanges)
    if asked_before:
        return "opening_again"
    return opening(turn.masked)


def opening(question: str) -> str:
    """Name the sentence that opens a first answer: a kind word for a hard time, else plain."""
    return "opening_hard" if HARD.search(question) else "opening_plain"


def _hints(passages: Sequence[Passage], chosen: Sequence[Passage]) -> list[str]:
    """Return other headings of the same document, as questions to go on with."""
    used = {passage.heading for passage in chosen}
    headings = dict.fromkeys(
        p.heading for p in passages if p.document == chosen[0].document and p.heading.endswith("?")
    )
    return [heading for heading in headings if heading not in used][:MOST_HINTS]
