"""The rail `gives_no_dose`: no text says how much of a medicine, or how often, whoever wrote it and whatever it was quoted from."""

import re

from rails.draft import Draft
from rails.reply_policy import read

POLICY = "doses"
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

read(POLICY)  # a slip in the file stops the start, not a reply


def problems(draft: Draft) -> tuple[str, ...]:
    """The kinds of advice found. The reply is read as a whole: the medicine may be named a sentence before."""
    return kinds(draft.reply)


def kinds(text: str) -> tuple[str, ...]:
    """What a text says of a dose: how much, how often, or nothing."""
    return tuple(rule.kind for rule in read(POLICY).compiled if rule.found_in(text))


def without(text: str) -> str:
    """The text without the sentences and list items that advise on a dose; as it was when there are none."""
    if not kinds(text):
        return text
    lines = text.split("\n")
    kept = [" ".join(one for one in SENTENCE_END.split(line) if not kinds(one)) for line in lines]
    return "\n".join(line for line, was in zip(kept, lines, strict=True) if line or not was).strip()
