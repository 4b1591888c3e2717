"""Which of the four nations a message is about, when it says so."""

from functools import cache

from knowledge_base import nation_frames as frames
from knowledge_base.gazetteer import NATIONS, Named, names_of, words_of_names
from knowledge_base.nation_asked import asks_for_another, asks_for_oneself, names_another
from knowledge_base.nation_doubt import is_plain, is_settled, may_hint
from knowledge_base.nation_named import read
from knowledge_base.nation_weighed import PASSING, acting, weighed, weight
from knowledge_base.words import tokens

__all__ = [
    "NATIONS",
    "asked_in",
    "detect",
    "doubted",
    "home",
    "is_only_hinted",
    "place_names",
    "place_words",
    "with_nation_named",
]

HOMELY = frozenset({"sure", "places", "postcode"})
"""Kinds of names for where the one who asks lives, when they speak of nobody else. A nation may be asked for out of interest."""


def detect(text: str) -> str:
    """Return the nation that the text is about, or "" when it does not say.

    Two nations in one text: the one where the carer says they live or move to, unless what is asked concerns
    somebody else alone, who lives in the other ("I'm in York, Mum is in Fife. Who assesses her?"); if that is not
    said, where somebody lives or is cared for counts more than what is named in passing; of those that count alike, the
    first that is not England, since a carer who names it means that its rules may differ. Where only a hospital or a
    surgery is does not count beside where somebody lives.
    """
    plain, found = read(text)
    if not found:
        return ""
    lived_in = _lived_in(text)
    if len({one.nation for one in found}) > 1:
        return _of_several(plain, _lived_at(plain, found), lived_in)
    return "" if not lived_in and asks_for_oneself(plain, found[0].start) else found[0].nation


def _of_several(text: str, found: tuple[Named, ...], lived_in: list[str]) -> str:
    """Return the nation that a text is about which names more than one."""
    if not lived_in and asks_for_oneself(text, found[0].start):
        return ""
    if body := acting(text, found):
        return body
    if lived_in:
        elsewhere = [one.nation for one in found if one.nation not in lived_in and weight(text, one) != PASSING]
        return elsewhere[0] if elsewhere and asks_for_another(text) else lived_in[-1]
    found = weighed(text, found)
    return next((one.nation for one in found if one.nation != "england"), found[0].nation)


def doubted(text: str) -> frozenset[str]:
    """Return the nations that a text may be about beside the one that `detect` reads; none when that is plain.

    "" stands for wherever the one who asks lives. What is right for all of them alone is safe to show.
    """
    plain, found = read(text)
    if not found:
        return may_hint(plain)
    found = _lived_at(plain, found)
    named = {one.nation for one in found}
    if len(named) > 1:
        is_certain = is_settled(plain, found, _lived_in(text))
        return frozenset() if is_certain else frozenset(named - {detect(text)})
    is_certain = any(is_plain(plain, one) for one in found) or bool(_lived_in(text))
    return frozenset() if is_certain else frozenset({"", *named} - {detect(text)})


def home(text: str) -> str:
    """Return the nation in which the carer says that they live ("I'm in Fife"), or "" when they only name one.

    Who asks for a town or a body and speaks of nobody else ("respite in Fife", "the Belfast Trust won't ring") says so too.
    """
    if said := _lived_in(text):
        return said[-1]
    plain, found = read(text)
    told = {one.nation for one in found}
    is_own = len(told) == 1 and all(one.kind in HOMELY for one in found) and not names_another(plain)
    return found[0].nation if is_own else ""


def is_only_hinted(text: str) -> bool:
    """Whether a nation is told by words alone that others use too, so that what the carer said before counts for more."""
    return all(one.kind == "hints" for one in read(text)[1])


def _lived_at(text: str, found: tuple[Named, ...]) -> tuple[Named, ...]:
    """Leave out where only a hospital, a surgery or a school is, when that is not all that is named."""
    lived = tuple(one for one in found if not frames.is_only_service(text, one.start))
    return lived or found


def _lived_in(text: str) -> list[str]:
    plain, found = read(text)
    lived = [one for one in found if one.kind != "hints" and frames.is_lived_in(plain, one.start, one.end)]
    now = [one for one in lived if not frames.is_once(plain, one.start, one.end)]
    return [one.nation for one in now or lived]


@cache
def place_names() -> frozenset[str]:
    """Return every single word that stands in a nation's or a place's name."""
    return words_of_names()


@cache
def place_words() -> frozenset[str]:
    """Return the stems of all words that name a nation or a place in it: they say where, not what."""
    return frozenset(stem for name in names_of("places") for stem in tokens(name))


def with_nation_named(text: str) -> str:
    """Write the nation for a place in it ("a ramp in Derry" asks for "a ramp in Northern Ireland"), unless it is England.

    The guidance speaks of nations, never of their towns.
    """
    nation = detect(text)
    if nation in ("", "england"):
        return text
    for one in reversed(read(text)[1]):
        if one.nation == nation and one.kind in ("places", "perhaps"):
            text = text[: one.start] + _title(nation) + text[one.end :]
    return text


def asked_in(nation: str, text: str) -> str:
    """Return a question with the nation that it is asked for, where it is not England and the text does not name one.

    Guidance for the other nations says which it is for, so a question from there is nearer to it when it says so too.
    """
    if nation in ("", "england") or detect(text):
        return text
    return f"{text.rstrip(' ?.!')} in {_title(nation)}"


def _title(nation: str) -> str:
    return nation.replace("_", " ").title()
