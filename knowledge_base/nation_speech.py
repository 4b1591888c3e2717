"""Words of a nation's own language, and places that two nations have."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from knowledge_base.gazetteer import Named, plain_words
from knowledge_base.phrases import anywhere, word_list

FILE = "nation_words.yaml"
ENOUGH = 2
"""Different words of a language that tell it."""


def spoken(text: str) -> list[Named]:
    """Return the nation whose own language a text is written in, as something that hints at it."""
    words = set(plain_words(text))
    known = {nation: len(words & own) for nation, own in _speech().items()}
    most = max(known, key=lambda nation: known[nation])
    return [Named(0, len(text), most, "hints")] if known[most] >= ENOUGH else []


@cache
def _speech() -> dict[str, frozenset[str]]:
    return {nation: frozenset(plain_words(" ".join(own))) for nation, own in word_list(FILE)["speech"].items()}


def settled(text: str, found: Sequence[Named]) -> list[Named]:
    """Give a place that two nations have to the second when something else in the text is of that one alone."""
    return [_moved(text, one, found) for one in found]


def _moved(text: str, one: Named, found: Sequence[Named]) -> Named:
    for nation, shared in word_list(FILE)["too"].items():
        if text[one.start : one.end].casefold() in shared["places"] and (
            any(other.nation == nation for other in found) or _leans(nation).search(text)
        ):
            return replace(one, nation=nation)
    return one


@cache
def _leans(nation: str) -> re.Pattern[str]:
    return anywhere(word_list(FILE)["too"][nation]["beside"])
