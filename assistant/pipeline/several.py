"""Tell the questions of one message apart, so that each is looked up and the second is not forgotten."""

import re
from collections.abc import Callable, Sequence

ASKS = re.compile(
    r"^\W*(?:(?:and|also|plus|then|oh)\W+)*(?:what|how|where|who|when|why|which|can|could|do|does|did|is|are|am|will|would|should|must|may|has|have)\b",
    re.IGNORECASE,
)
APART = re.compile(
    r"(?<=\?)\s+|\n+|(?<=[.!])\s+|\s*,?\s+(?:and|also|plus)\s+(?:also\s+)?(?=(?:what|how|where|who|when|can|could|do|does|is|are|will|would|should)\b)",
    re.IGNORECASE,
)
JOINED = re.compile(
    r"\s*(?:,|&|\+|\b(?:and|also|plus|n|as well as)\b)[\s,]*(?:(?:and|also|the|a|my|about|for)\s+)*", re.IGNORECASE
)
"""What stands between the things of a bare list: "blue badge and also the bus pass"."""
SAYS = 4
"""Letters of a word that says which thing is meant."""
LONGEST_LIST, LONGEST_THING = 12, 4
"""Words of a message that is only a list, and of one thing in it."""
SAID = re.compile(
    r"\b(?:i|i'?m|we|my|me|our|you|he|she|they|it|is|am|are|was|have|has|had|need|needs|want|wants|get|gets|do|does|can|will|not|no)\b",
    re.IGNORECASE,
)
"""A word of somebody who tells or asks something, and lists nothing."""
COURTESY = re.compile(
    r"^\W*(?:hi|hello|hiya|please|pls)\b\W*|\W*\b(?:please|pls|plz|thanks|thank you|too|as well)\W*$", re.IGNORECASE
)
MOST = 3
"""Questions of one message that are answered together; more would not fit a phone's screen."""


def several(text: str, names_topic: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the questions of a message, in order; none when it asks only one thing.

    A part counts when it asks something and names a subject of its own. "How much is it?" leans on what stands
    before it, so it is no question apart.
    """
    parts = [part.strip() for part in APART.split(text) if part and part.strip()]
    found = [part for part in parts if (part.endswith("?") or ASKS.match(part)) and names_topic(part)]
    return tuple(dict.fromkeys(found[:MOST])) if len(found) > 1 else listed(text, names_topic)


def listed(text: str, names_topic: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the things of a message that only lists them and asks nothing; none when it is not one."""
    bare = COURTESY.sub("", text)
    if len(bare.split()) > LONGEST_LIST or "?" in bare or SAID.search(bare) or ASKS.match(bare):
        return ()
    if not names_topic(bare):
        return ()
    things = [thing for thing in JOINED.split(bare) if thing]
    short = all(len(thing.split()) <= LONGEST_THING and len(thing) > 1 and not ASKS.match(thing) for thing in things)
    return tuple(dict.fromkeys(things)) if short and 1 < len(things) <= MOST else ()


def is_list(questions: Sequence[str]) -> bool:
    """Whether these are the things of a bare list, and not questions."""
    return not any("?" in one or ASKS.match(one) for one in questions)


def speaks_of_all(heading: str, things: Sequence[str]) -> bool:
    """Whether one section's heading holds a word of each thing, so that they were meant together."""
    said = heading.casefold()
    return all(any(len(word) >= SAYS and word in said for word in thing.casefold().split()) for thing in things)
