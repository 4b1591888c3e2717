"""What is added to a finished reply: its source, a reminder after danger, a note about masking, the disclosure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.domain.outcome import Outcome
from assistant.domain.turn import UNSURE, Turn
from assistant.pipeline.feedback import LOOKED_AGAIN
from assistant.pipeline.soft_line import SayLine, add_line
from assistant.pipeline.wording import Wording

Remind = Callable[[Sequence[str]], str]
CARRIES_REMINDER = ("answered", "unanswerable", "declined", "clarify")


def source_lines(turn: Turn, wording: Wording) -> list[str]:
    """Return one short line a cited document: title, review date, address."""
    return [
        wording.sentence("source", title=c.title, checked=f"{c.reviewed_on:%-d %B %Y}", url=c.url)
        for c in turn.citations
        if c.url
    ]


def rests_on_overdue(turn: Turn) -> bool:
    """Whether the reply names a document that is past its review date."""
    cited = {citation.document for citation in turn.citations}
    return any(passage.is_overdue and passage.document in cited for passage in turn.passages)


def bring_in_a_person(turn: Turn, wording: Wording) -> tuple[Turn, list[str]]:
    """Ask for a person after no answer twice in a row or an unsure one; say why and how after a second try. Return the words to add."""
    family = turn.outcome.family if turn.outcome else ""
    before = turn.past.exchanges[-1].outcome if turn.past.exchanges else ""
    if family == "unanswerable" and before.startswith(family):
        return turn.escalate("no_answer_twice"), [wording.sentence("asked_for_you")]
    if turn.outcome is Outcome.CLARIFY and before == Outcome.CLARIFY.value:
        return turn.escalate("low_confidence"), [wording.sentence("asked_for_you")]
    if LOOKED_AGAIN in turn.effects and family == "answered":
        first, *rest = turn.reply
        opened = replace(turn, reply=(wording.sentence("looked_again") + "\n\n" + first, *rest))
        return opened, [wording.sentence("why_not")]
    if is_unsure(turn):
        return turn.escalate("low_confidence"), [wording.sentence("not_sure")]
    return turn, []


def is_unsure(turn: Turn) -> bool:
    """Whether an answer rests on guidance that is more likely than not about something else. Words alone tell that too badly."""
    rests = turn.outcome is not None and turn.outcome.family == "answered" and turn.citations and turn.passages
    return bool(rests and turn.vectors) and max(one.score for one in turn.passages) < UNSURE


def finish(turn: Turn, wording: Wording, remind: Remind | None = None, say_line: SayLine | None = None) -> Turn:
    """Add what belongs under the reply. An empty reply stays empty."""
    assert turn.outcome is not None
    if not turn.reply or turn.outcome is Outcome.HANDED_OVER:
        return turn
    family = turn.outcome.family
    turn, notes = bring_in_a_person(turn, wording)
    if rests_on_overdue(turn):
        notes.append(wording.sentence("review_warning"))
    if "told_about_masking" in turn.effects and family == "answered":
        notes.append(wording.sentence("masked"))
    if turn.past.danger and family in CARRIES_REMINDER and "clear_danger" not in turn.effects:
        line = remind(turn.past.danger) if remind else ""
        notes.append(line or wording.sentence("danger_reminder"))
    elif say_line and family in CARRIES_REMINDER:
        turn, lines = add_line(turn, say_line)
        notes += lines
    if not notes:
        return turn
    *before, last = turn.reply
    return replace(turn, reply=(*before, "\n\n".join([last, *notes])))
