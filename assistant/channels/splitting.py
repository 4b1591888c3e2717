"""Cut a long reply into parts that Twilio accepts, without harming a link, a phone number or a sentence."""

import re

TWILIO_LIMIT = 1600
"""UTF-16 units in one WhatsApp message through Twilio. An emoji is two units: the safe way to count."""
WHOLE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|\+?\(?\d(?:[ ()-]{0,2}\d)+")
"""What must stay in one piece: links, e-mail addresses, and numbers with their spaces."""
PARAGRAPH_END = re.compile(r"\n\s*\n\s*")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n\s*")
WORD_END = re.compile(r"\s+")
JOINED = frozenset("\u200d\ufe0e\ufe0f\u20e3")
"""Characters that join or change the one before: a cut there would break an emoji."""


def units(text: str) -> int:
    """Count a text's UTF-16 units, as Twilio does."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int = TWILIO_LIMIT) -> tuple[str, ...]:
    """Return the text as parts of at most `limit` units, numbered like `(1/3)` when there are several.

    Breaks fall at the end of a paragraph, else of a sentence, else of a word. A link or number is cut only
    when it alone is longer than a part, which no approved contact is.
    """
    text = text.strip()
    if units(text) <= limit:
        return (text,) if text else ()
    for digits in range(1, 5):
        parts = _cut(text, limit - 4 - 2 * digits)
        if len(str(len(parts))) <= digits:
            return tuple(f"({n}/{len(parts)}) {part}" for n, part in enumerate(parts, 1))
    raise ValueError(f"A text of {units(text)} units is too long to split into parts of {limit}.")


def _cut(text: str, most: int) -> list[str]:
    """Cut off one part after another. `most` is what each may hold, in units."""
    if most < 2:
        raise ValueError("A part must have room for its number and one character.")
    parts = []
    while units(text) > most:
        end = _best_end(text, most)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text] if text else parts


def _best_end(text: str, most: int) -> int:
    """Find the last good place to break within `most` units."""
    reach = _reach(text, most)
    whole = [found.span() for found in WHOLE.finditer(text[: reach + most])]
    for pattern, least in ((PARAGRAPH_END, reach // 2), (SENTENCE_END, 1), (WORD_END, 1)):
        ends = [found.start() for found in pattern.finditer(text[: reach + 1]) if least <= found.start() <= reach]
        ends = [end for end in _after_closers(text, ends, reach) if not _inside(whole, end)]
        if ends:
            return ends[-1]
    return _hard_end(text, reach, whole)


def _after_closers(text: str, ends: list[int], reach: int) -> list[int]:
    """Keep a closing quote or bracket with its sentence."""
    moved = []
    for end in ends:
        while end < len(text) and not text[end].isspace():
            end += 1
        moved.append(end)
    return [end for end in moved if end <= reach]


def _reach(text: str, most: int) -> int:
    """Return how many characters fit into `most` units."""
    used = 0
    for position, character in enumerate(text):
        used += 1 + (character > "\uffff")
        if used > most:
            return position
    return len(text)


def _hard_end(text: str, reach: int, whole: list[tuple[int, int]]) -> int:
    """Break inside a run without spaces, in front of a link or number if one straddles the break."""
    end = next((start for start, stop in whole if 0 < start < reach < stop), reach)
    while end > 1 and (text[end] in JOINED or text[end - 1] in JOINED):
        end -= 1
    return max(end, 1)


def _inside(whole: list[tuple[int, int]], position: int) -> bool:
    return any(start < position < stop for start, stop in whole)
