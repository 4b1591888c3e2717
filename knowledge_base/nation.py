"""Which of the four nations a message is about, when it says so."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from knowledge_base import nation_frames as frames
from knowledge_base.gazetteer import NATIONS, Named, names_in, names_of, words_of_names
from knowledge_base.phrases import word_list
from knowledge_base.words import tokens

__all__ = [
    "NATIONS",
    "asked_in",
    "asks_for_another",
    "detect",
    "home",
    "place_names",
    "place_words",
    "with_nation_named",
]

NI = re.compile(r"(?<![\w.&])(?:NI|[Nn]\.\s?[Ii]\.?|ni)(?!\w)(?!\s*&)")
"""Northern Ireland in short, unless it is National Insurance."""
ASKED_APART = re.compile(r",\s*(?:and\s+|but\s+|so\s+)?(?=who|what|how|can|could|does|do|is|will|where|which)")
IN_BRACKETS = re.compile(r"^.*\((?=[^()]*$)", re.DOTALL)
"""What stands before an open bracket: a bracket says a thing of its own ("my sister gets it, can I (moved to Derry)")."""
ASKS = re.compile(r"^\W*(?:who|what|how|can|could|does|do|is|will|where|which)\b", re.IGNORECASE)


def detect(text: str) -> str:
    """Return the nation that the text is about, or "" when it does not say.

    Two nations in one text: the one where the carer says they live or move to, unless what is asked concerns
    somebody else alone, who lives in the other ("I'm in York, Mum is in Fife. Who assesses her?"); if that is not
    said, the first that is not England, since a carer who names it means that its rules may differ.
    """
    plain, found = _read(text)
    if not found:
        return ""
    lived_in = _lived_in(text)
    elsewhere = [one.nation for one in found if one.nation not in lived_in]
    if not lived_in and _asks_for_oneself(plain, found[0].start):
        return ""
    if lived_in:
        return elsewhere[0] if elsewhere and asks_for_another(plain) else lived_in[-1]
    return next((one.nation for one in found if one.nation != "england"), found[0].nation)


def home(text: str) -> str:
    """Return the nation in which the carer says that they live ("I'm in Fife"), or "" when they only name one."""
    said = _lived_in(text)
    return said[-1] if said else ""


def _lived_in(text: str) -> list[str]:
    plain, found = _read(text)
    return [one.nation for one in found if frames.is_lived_in(plain, one.start, one.end)]


def _asks_for_oneself(text: str, at: int) -> bool:
    """Whether somebody else lives at the place, and what is asked goes by where the writer lives, which is not said."""
    asked = _asked(text)
    if frames.said("together").search(text):
        return False
    other = frames.said("somebody_else")
    before = IN_BRACKETS.sub("", text[:at])
    theirs = other.search(before) and not frames.SENTENCE_END.search(before)
    mine = frames.said("writer").search(other.sub(" ", asked)) and not other.search(asked)
    return bool(theirs and mine and frames.said("carers_own").search(asked))


def asks_for_another(text: str) -> bool:
    """Whether the last question, or the last sentence, speaks of somebody else and not of the writer."""
    asked = _asked(text)
    other = frames.said("somebody_else")
    return bool(other.search(asked)) and not frames.said("writer").search(other.sub(" ", asked))


def _asked(text: str) -> str:
    """Return the last question of a text, or its last sentence, without what says where the writer lives."""
    sentences = [one for one in re.findall(r"[^.!?\n]+[.!?]?", text) if one.strip(" .!?")] or [text]
    asked = next((one for one in reversed(sentences) if one.endswith("?")), sentences[-1])
    last = ASKED_APART.split(asked)[-1]
    alone = frames.said("lives").sub(" ", last)
    return alone if ASKS.search(alone) else last


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
    for one in reversed(_read(text)[1]):
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


@lru_cache(maxsize=4)  # one message is read three times on its way; no more than the last few are kept
def _read(text: str) -> tuple[str, tuple[Named, ...]]:
    """Return a text without false friends, and each place in it where a nation is named, in order."""
    plain = frames.without_false_friends(text.replace("’", "'"))
    found = sorted(_mentions(plain), key=lambda one: one.start)
    sure = tuple(one for one in found if one.kind != "hints")
    return plain, sure or tuple(found)


def _mentions(text: str) -> Iterator[Named]:
    """Give each place in the text where a nation is named, as one where somebody lives or whose rules are asked for."""
    listed = [one for one in names_in(text) if not frames.is_name_of_other(text, one.start, one.end)]
    for one in (*listed, *_postcodes(text), *_short(text)):
        if not frames.is_past(text, one.start, one.end):
            yield one


def _short(text: str) -> Iterator[Named]:
    for match in NI.finditer(text):
        is_nation = match.group() != "ni" or frames.is_after_where(text, match.start())
        if is_nation and not frames.is_national_insurance(text, match.start(), match.end()):
            yield Named(match.start(), match.end(), "northern_ireland", "sure")


def _postcodes(text: str) -> Iterator[Named]:
    for nation in NATIONS:
        if areas := _areas(nation):
            yield from (Named(match.start(), match.end(), nation, "postcode") for match in areas.finditer(text))


@cache
def _areas(nation: str) -> re.Pattern[str] | None:
    """Match a whole postcode, or its first half after a word that says where: "in KY11". PA1 alone may be a form, G20 a summit."""
    areas = "|".join(word_list("nations.yaml")[nation]["postcodes"])
    if not areas:
        return None
    where = "".join(rf"(?<=\b{one} )|" for one in ("in", "near", "postcode", "postcode is", "postcode's")).rstrip("|")
    whole, first = rf"(?<![\w£])(?:{areas})\d{{1,2}}\s?\d[A-Z]{{2}}\b", rf"(?:{where})(?:{areas})\d{{1,2}}\b"
    alone = rf"^\W*(?:{areas})\d{{1,2}}\b(?=\s*[,.]|\s+(?:and|here|carer)\b|\s*$)"
    return re.compile(f"{whole}|{first}|{alone}", re.IGNORECASE)
