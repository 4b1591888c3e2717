"""Tell lines that no guidance says to a carer, so that somebody must have slipped them into a passage.

What a passage says word for word is not held against the phrases of tone, honesty and harm: real guidance uses some of
their words innocently. These are narrower phrases, which real guidance never uses outside a heading or quotation marks.
They hold for quotes (the rail `quotes_only_guidance`), for passages that nobody approved, and for drafts of guidance.
"""

import re
from functools import lru_cache

from rails.draft import Draft
from rails.reply_policy import read
from rails.reply_text import plain, sentences

POLICY = read("quotes")
IN_QUOTES = re.compile(r'"[^"]*"|"[^"]*$|(?<!\w)\'[^\']{3,}\'(?!\w)')
"""What stands in quotation marks: words that guidance offers to a carer."""
SAY = re.compile(r"\b(?:say|ask|write|tell \w+)\b[^.]*:$", re.IGNORECASE)
"""Leads into words that a carer may use."""
HEADING = re.compile(r"^\W*#|\?\W*$")
AS_A_CARER: frozenset[str] = frozenset({"speaks as a person"})
"""A heading asks in a carer's words, so it may say `I`; nothing else is forgiven there."""


def problems(draft: Draft) -> tuple[str, ...]:
    """The kinds of line out of place that a draft takes from its passages word for word."""
    quoted = {one.text for one in draft.said if one.verbatim}
    return tuple(
        kind for line in draft.reply.split("\n") for one, kinds in _read(line) if one in quoted for kind in kinds
    )


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of line out of place in a text."""
    return tuple(dict.fromkeys(kind for line in plain(text).split("\n") for _, kinds in _read(line) for kind in kinds))


def without(text: str) -> str:
    """Return a text without its sentences that are out of place; a line that holds none stays as it is."""
    lines = [
        " ".join(one for one, kinds in _read(line) if not kinds) if kinds_in(line) else line
        for line in text.split("\n")
    ]
    return "\n".join(lines).strip()


@lru_cache(maxsize=16384)
def _read(line: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each sentence of a line with the kinds found in it, outside quotation marks: those words are a carer's to say."""
    found: list[tuple[str, frozenset[str]]] = []
    at, last, heading = 0, "", bool(HEADING.search(line))
    for one in sentences(line):
        at = line.find(one, at)
        inside = plain(line[:at]).count('"') % 2
        told = IN_QUOTES.sub(" ", f'"{plain(one)}' if inside else plain(one))
        kinds = frozenset(rule.kind for rule in POLICY.compiled if rule.found_in(told))
        found.append((one, kinds - AS_A_CARER if heading or SAY.search(last) else kinds))
        last = one
    return tuple(found)
