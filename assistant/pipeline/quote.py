"""Quote mode: the answer is approved guidance, word for word, with kind framing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.domain.turn import Citation, Passage, Turn
from assistant.pipeline.excerpt import excerpt
from assistant.pipeline.wording import Wording

HARD = re.compile(
    r"\b(struggl|exhaust|knackered|shattered|tired|worn out|stress|overwhelm|can'?t cope|cry|crying|tears|alone|lonely|scared|worried|worry|"
    r"anxious|desperate|sad|upset|depress|guilt|angry|fed up|hard|difficult|awful|terrible|hate|died|dying|death|lost|grief|griev|sleep|slept|broke|skint|"
    r"afraid|hopeless|drained|burn|(?:doesn'?t|does not|didn'?t|no longer|never) (?:even )?(?:recogni[sz]e|know (?:me|us|who (?:i|we))|remember (?:me|us|who (?:i|we)))|forgotten (?:me|us|who (?:i|we)|my name))",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
SENTENCE_WITH_LIST = re.compile(r"\s*[^.!?]*:$")
"""A last sentence that leads into a list which was left out."""
CLOSE = 0.15
"""A second passage joins the answer when its score is at least this share of the first's: the carer may have meant either."""
CLOSE_THIRD = 0.25
"""The same share for a third passage, of which a part is shown."""
A_DATE = 40
"""Characters of a source line beside its title and address."""
LONGEST = 1400
"""Characters of a reply without its opening: the check on its form lets 1,500 through."""
ROOM = 1100
"""Most characters of quoted text in a reply: about one phone screen and a half."""
LEAST = 250
"""Characters of a second passage that are worth showing when there is no room for all of it."""
HINTED = 0.2
"""A heading is offered as a next question when its passage's score is at least this share of the first's."""
MOST_HINTS = 2


def quote(turn: Turn, wording: Wording) -> Turn:
    """Return the turn with a draft quoted from its best passage, and the citation that goes with it."""
    chosen = leading(turn) or choose(turn.passages, turn.question)
    first = wording.sentence(_opening(turn))
    body = "\n\n".join(_headed(chosen)) if len(chosen) > 1 else chosen[0].text
    hints = _hints(turn.passages, chosen) if len(chosen) == 1 else []
    also = [wording.sentence("also") + "\n" + "\n".join(f"- {hint}" for hint in hints)] if hints else []
    return replace(turn, draft="\n\n".join([first, body, *also]), citations=cite(chosen))


def leading(turn: Turn) -> list[Passage]:
    """Return the passage of each question of a message that asks several things, each cut to its share of the room."""
    chosen = turn.passages[: turn.leads] if turn.leads > 1 else ()
    if _fit(chosen):
        return list(chosen)
    return [replace(one, text=shortened(one.text, _room(chosen) // len(chosen))) for one in chosen]


def shortened(text: str, most: int) -> str:
    """Return the first sentences and list items of a text that fit in so many characters; at least the first, and no half list."""
    kept: list[str] = []
    for line in text.split("\n"):
        parts = SENTENCE_END.split(line)
        fitting = [part for at, part in enumerate(parts) if len("\n".join([*kept, " ".join(parts[: at + 1])])) <= most]
        if fitting or not kept:
            kept.append(" ".join(fitting or parts[:1]))
        if len(fitting) < len(parts):
            break
    else:
        return text
    while len(kept) > 1 and kept[-1].startswith("- "):
        kept.pop()
    last = SENTENCE_WITH_LIST.sub("", kept[-1])
    after = _after_list(text) if len(kept) == 1 and not last else ""
    return shortened(after, most) if after else "\n".join([*kept[:-1], last or kept[-1]])


def _after_list(text: str) -> str:
    """Return what stands below the first list of a text; a sentence that only leads into the list says nothing by itself."""
    lines = text.split("\n")
    items = [at for at, line in enumerate(lines) if line.startswith("- ")]
    below = [line for line in lines[items[0] :] if not line.startswith("- ")] if items else []
    return "\n".join(below).strip()


def choose(passages: Sequence[Passage], question: str) -> list[Passage]:
    """Take the best passage, and the next ones that are nearly as likely: their headings say what they are about.

    The second is shown as far as there is room. Of a third there is what comes nearest to the question, if that fits too.
    """
    first, *rest = passages
    for second in rest[:1]:
        room = _room([first, second]) - len(first.text)
        is_near = second.score >= CLOSE * first.score and second.heading
        if is_near and room >= min(LEAST, len(second.text)):
            shown = [first, replace(second, text=shortened(second.text, room))]
            thirds = [replace(one, text=excerpt(one.text, question)) for one in rest[1:2] if one.heading]
            return shown + [one for one in thirds if one.score >= CLOSE_THIRD * first.score and _fit([*shown, one])]
    return [first]


def _room(passages: Sequence[Passage]) -> int:
    """Return the characters of quoted text that fit beside the headings and the sources of these passages."""
    sources = {one.document: len(one.title) + len(one.url) + A_DATE for one in passages}
    return min(ROOM, LONGEST - sum(sources.values()) - sum(len(one.heading) for one in passages))


def _fit(passages: Sequence[Passage]) -> bool:
    return sum(len(one.text) for one in passages) <= _room(passages)


def _headed(passages: Sequence[Passage]) -> list[str]:
    """Return passages under their headings. A sentence that an earlier one held is not said again."""
    said: set[str] = set()
    parts = []
    for one in passages:
        lines = [SENTENCE_END.split(line) for line in one.text.split("\n")]
        text = "\n".join(kept for line in lines if (kept := " ".join(part for part in line if part not in said)))
        said.update(part for line in lines for part in line)
        parts.append(f"*{one.heading or one.title}*\n{text}")
    return parts


def cite(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """Return one citation a document, in order."""
    return tuple({p.document: Citation(p.document, p.title, p.url, p.reviewed_on) for p in passages}.values())


def _opening(turn: Turn) -> str:
    """Choose the opening: patience for a repeat, a kind word for a hard time, else plain."""
    if turn.opening:
        return turn.opening
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
    near = [p for p in passages if p.document == chosen[0].document and p.score >= HINTED * chosen[0].score]
    headings = dict.fromkeys(p.heading for p in near if p.heading.endswith("?"))
    return [heading for heading in headings if heading not in used][:MOST_HINTS]
