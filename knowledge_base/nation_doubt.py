"""Whether a nation that a text names is plainly the one it is about: a place may be named only by the way."""

import re
from functools import cache

from knowledge_base import nation_frames as frames
from knowledge_base.gazetteer import NATIONS, Named
from knowledge_base.nation_asked import asks_for_another, asks_for_writer
from knowledge_base.nation_weighed import PASSING, SETTLED, acting, weight
from knowledge_base.phrases import anywhere, word_list

PLACES = frozenset({"places", "perhaps"})
"""Kinds of names that may stand for a ferry, a nurse's home or a person. A nation, a benefit or a postcode does not."""
SHORT = 5
"""Words of a text that is a place and what is sought there: "blue badge Rhondda Cynon Taf"."""


def is_plain(text: str, one: Named) -> bool:
    """Whether a name says where somebody is or whose rules are meant, and is not only named by the way.

    "The nurse from Dundee", "the Larne ferry" and "Elgin is her carer" may be said anywhere.
    """
    if one.kind not in PLACES or weight(text, one) != PASSING or frames.is_of_body(text, one.start, one.end):
        return True
    if frames.is_after_from(text, one.start):
        return frames.is_writers_from(text, one.start)
    if frames.is_within(text, one.start):
        return not frames.is_by_the_way(text, one.start, one.end) or asks_for_another(text)
    if frames.is_acting(text, one.end):
        return True
    if frames.is_surname(text, one.start):
        return False
    return frames.ends(text, one.end) or len(text.split()) <= SHORT


def may_hint(text: str) -> frozenset[str]:
    """Return the nations that a text which names none may be about: "the trust" may be one in Northern Ireland."""
    folded = text.casefold()
    if not any(word in folded for word in _words_of_hints()):  # most messages hold none
        return frozenset()
    if frames.said("not_england").search(text):
        return frozenset(NATIONS) - {"england"}
    return frozenset(nation for nation, words in _hints().items() if words.search(text))


@cache
def _words_of_hints() -> frozenset[str]:
    """Return the longest plain word of each phrase that may hint, which is quicker to look for."""
    lists = word_list(frames.FILE)
    phrases = [*lists["not_england"], *(one for words in lists["may_hint"].values() for one in words)]
    return frozenset(max((word for word in one.split() if word.isalpha()), key=len) for one in phrases)


@cache
def _hints() -> dict[str, re.Pattern[str]]:
    return {nation: anywhere(words) for nation, words in word_list(frames.FILE)["may_hint"].items()}


def is_settled(text: str, found: tuple[Named, ...], lived_in: list[str]) -> bool:
    """Whether it is plain which of several nations is meant: a body acts, or who is asked about and where they are is said."""
    if acting(text, found):
        return True
    if lived_in:
        others = [one for one in found if one.nation not in lived_in and weight(text, one) != PASSING]
        return not others or asks_for_another(text) != asks_for_writer(text)
    best: dict[str, int] = {}
    for one in found:
        best[one.nation] = max(weight(text, one), best.get(one.nation, PASSING))
    return list(best.values()).count(SETTLED) == 1
