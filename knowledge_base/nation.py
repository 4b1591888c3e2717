"""Which of the four nations a message is about, when it says so."""

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from knowledge_base.gazetteer import places_in, words_of_places
from knowledge_base.words import split, tokens

NATIONS = ("england", "wales", "scotland", "northern_ireland")
"""The nations as written in front matter and settings."""

STREET = (
    r"(?:\s+[a-z]+)?\s+(?:road|rd|street|st|avenue|ave|lane|close|drive|crescent|terrace|place|way|gardens|court|square|"
    r"house|ward|lodge|hospital road|grove|park road)\b"
)
"""What follows a place that only names a street, a ward or a home: Glasgow Road, Edinburgh Ward."""
PERSON = (
    r"(?:mr|mrs|ms|miss|dr|doctor|nurse|sister|aunt|auntie|uncle|called|named|names?(?: is|'s)|surname(?: is)?|"
    r"andrew|ann|anne|barbara|carol|chris|david|elizabeth|emma|george|helen|ian|jack|james|jane|jean|jill|jim|jo|john|joan|"
    r"karen|kate|kathleen|ken|linda|lisa|lynn|margaret|mark|mary|michael|mike|pat|paul|peter|richard|robert|ruth|sarah|"
    r"sheila|simon|stephen|steve|sue|susan|tom|tony|vince|jimmy)\.?\s+"
)
"""What stands before a surname or a pet's name: Mrs Wales, a dog called Belfast."""
NI_MEANS_INSURANCE = r"(?:number|no\b|contribution|credit|record|stamp|payment|gap|rate|card|class)"
NORTHERN_IRELAND_SHORT = re.compile(rf"(?<![\w.&])N\.?\s?I\b\.?(?!\s*(?:{NI_MEANS_INSURANCE}))(?!\s*&)")
"""NI in capitals, unless it is National Insurance."""
POSTCODES = {
    "scotland": "AB|DD|EH|FK|G|HS|IV|KA|KW|KY|ML|PA|PH|ZE",
    "wales": "CF|LD|LL|NP|SA",
    "northern_ireland": "BT",
}
"""Postcode areas that lie in one nation, or but for a few streets. Source: Royal Mail's list of postcode areas."""
POSTCODE = {
    nation: re.compile(
        rf"(?<![\w£])(?:{areas})\d{{1,2}}\s?\d[A-Z]{{2}}\b|"
        rf"(?:(?<=\bin )|(?<=\bnear )|(?<=\bpostcode )|(?<=\bpostcode is )|(?<=\bpostcode's ))(?:{areas})\d{{1,2}}\b",
        re.IGNORECASE,
    )
    for nation, areas in POSTCODES.items()
}
"""A whole postcode, or its first half after a word that says where: "in KY11". PA1 alone may be a form, G20 a summit."""
STREET_AFTER = re.compile(STREET, re.IGNORECASE)
PERSON_BEFORE = re.compile(rf"\b{PERSON}$", re.IGNORECASE)
TAX_BEFORE = re.compile(r"\b(?:tax|pay|paid|paying|your|my|and|or|&|/)\s*$", re.IGNORECASE)
SOMEBODY_ELSE = re.compile(
    r"\b(?:(?:my|our|me|the|your)\s+)?(?:she|he|her|his|him|hers|they|them|their|m[uao]m(?:my)?|mother|dad(?:dy)?|da|father|nan|nana|gran(?:ny|dad|ma|pa)?|"
    r"aunt(?:ie|y)?|uncle|brother|sister|son|daughter|husband|wife|partner|parents?|friend|neighbour|in[- ]laws?)(?:'s)?\b",
    re.IGNORECASE,
)
"""Somebody whom the writer looks after or speaks for."""
WRITER = re.compile(r"\b(?:i|i'm|me|my|mine|we|us|our)\b", re.IGNORECASE)
LIVES_IN = re.compile(
    r"(?:\b(?:i|we)(?:'?m|'?re| am| are| both| all| now| just)*\s+(?:live[ds]?|living|based|here|from|moved|moving)?|"
    r"\bmov(?:e|ed|ing)(?: back| up| down| over)? )\s*(?:in|to|here in|near|outside)\s+(?:the\s+|north\s+|south\s+|mid\s+|west\s+|east\s+)*$",
    re.IGNORECASE,
)
"""Words before a place that say where the carer is, or will be. They outweigh a place merely named."""


LEFT = re.compile(
    r"(?:\b(?:mov(?:e|ed|ing)|came|comes?|coming|relocated|transferred|emigrated)\b(?: [\w']+){0,5}? from|"
    r"\b(?:used to (?:live|be|stay|work)|born(?: and bred)?|grew up|raised|brought up|worked)(?: (?:in|at|near|around|for))?|"
    r"\b(?:holidays?|trip|weekend|(?:day|week|fortnight|days|weeks)(?: away)?|cruise) (?:to|in|round|around|at)|"
    r"\b(?:left|leaving|visit(?:ed|ing)|went to)) (?:the )?$",
    re.IGNORECASE,
)
"""Words before a place that say that somebody went from there, was born there or only visits."""
FROM = re.compile(r"\bfrom (?:the )?$", re.IGNORECASE)
TO_ELSEWHERE = re.compile(r"[\w' ]{0,20}?\s(?:to|for) ", re.IGNORECASE)
"""Between "from" a place and another: "from Leeds to Cardiff"."""
ONLY_ORIGIN = re.compile(
    r"\s+(?:originally|by birth|accents?|born|roots|blood|passports?|heritage|parents|steelworks)\b", re.IGNORECASE
)
PEOPLE = re.compile(r"(?:scottish|welsh|northern irish|scots)", re.IGNORECASE)
IS_A = re.compile(r"\b(?:is|'s|was|am|i'm|are|a|being) (?:\w+ )?$", re.IGNORECASE)
KIN = re.compile(
    r"\s+(?:husband|wife|mother|mum|mam|dad|father|man|woman|lad|lass|lady|family|nan|gran|partner|girl|boy)\b|\s*(?:[,.?!]|$|so\b|and\b|but\b|does\b|if\b)",
    re.IGNORECASE,
)
"""A person's nation by birth, which is not where they live: "my husband is Scottish", "a Welsh mother"."""


HEARD_FROM = re.compile(
    r"\b(?:friends?|mates?|pal|cousin|colleague|workmate|niece|nephew|sister|brother|in-law|neighbour|an? (?:woman|man|lady|bloke|carer))\b"
    r"(?: who)?(?: lives?| living| is|'s)?(?: over| up| down)? in (?:the )?$",
    re.IGNORECASE,
)
SAYS = re.compile(
    r"[\s,]+(?:and |she |he |they |who )*(?:gets?|got|says?|said|told|tells|reckons?|do(?:es)?n['’]?t|pays?|claims?)\b",
    re.IGNORECASE,
)
"""What somebody tells of another nation, before one asks about oneself: "my cousin in Glasgow gets it free, do we?"."""
TOGETHER = re.compile(
    r"\bso (?:do|am) (?:i|we)\b|\bnext door\b|\bwith (?:me|us|him|her|them)\b|\b(?:we|us) both\b|\bboth of us\b|\bme too\b",
    re.IGNORECASE,
)
"""Says that the writer lives where the other does."""
OWN = re.compile(
    r"\bcarer'?s'? (?:allowance|credit|leave)\b|\bcarer element\b|\bCA\b|\buniversal credit\b|\bUC\b|\btime off\b|\bflexible\b|"
    r"\bmy (?:job|work|boss|employer|pension|wages|stamp)\b",
    re.IGNORECASE,
)
"""What goes by where the carer lives, wherever the person is."""


def detect(text: str) -> str:
    """Return the nation that the text is about, or "" when it does not say.

    Two nations in one text: the one where the carer says they live or move to, unless what is asked concerns
    somebody else alone, who lives in the other ("I'm in York, Mum is in Fife. Who assesses her?"); if that is not
    said, the first that is not England, since a carer who names it means that its rules may differ.
    """
    plain, found = _read(text)
    if not found:
        return ""
    home = [nation for at, nation in found if LIVES_IN.search(plain[:at])]
    elsewhere = [nation for _, nation in found if nation not in home]
    if not home and _asks_for_oneself(plain, found[0][0]):
        return ""
    if home:
        return elsewhere[0] if elsewhere and _asks_for_another(plain) else home[-1]
    return next((nation for _, nation in found if nation != "england"), found[0][1])


def _asks_for_oneself(text: str, at: int) -> bool:
    """Whether somebody else lives at the place, and what is asked goes by where the writer lives, which is not said."""
    asked = _asked(text)
    if TOGETHER.search(text):
        return False
    theirs = SOMEBODY_ELSE.search(text[:at]) and not re.search(r"[.!?]", text[:at])
    mine = WRITER.search(SOMEBODY_ELSE.sub(" ", asked)) and not SOMEBODY_ELSE.search(asked)
    return bool(theirs and mine and OWN.search(asked))


def _asks_for_another(text: str) -> bool:
    """Whether the last question, or the last sentence, speaks of somebody else and not of the writer."""
    asked = _asked(text)
    return bool(SOMEBODY_ELSE.search(asked)) and not WRITER.search(SOMEBODY_ELSE.sub(" ", asked))


def _asked(text: str) -> str:
    """Return the last question of a text, or its last sentence, without what stands before it in the same breath."""
    sentences = [one for one in re.findall(r"[^.!?\n]+[.!?]?", text) if one.strip(" .!?")]
    asked = next((one for one in reversed(sentences) if one.endswith("?")), sentences[-1])
    return re.split(r",\s*(?:and\s+|but\s+|so\s+)?(?=who|what|how|can|could|does|do|is|will|where|which)", asked)[-1]


@cache
def place_names() -> frozenset[str]:
    """Return every single word that stands in a nation's or a place's name."""
    lists = _data()
    return (
        frozenset(
            word
            for nation in NATIONS
            for kind in ("sure", "places")
            for name in lists[nation][kind]
            for word in split(name)
        )
        | words_of_places()
    )


def home(text: str) -> str:
    """Return the nation in which the carer says that they live ("I'm in Fife"), or "" when they only name one."""
    plain, found = _read(text)
    said = [nation for at, nation in found if LIVES_IN.search(plain[:at])]
    return said[-1] if said else ""


def with_nation_named(text: str) -> str:
    """Write the nation for a place in it ("a ramp in Derry" asks for "a ramp in Northern Ireland"), unless it is England.

    The guidance speaks of nations, never of their towns.
    """
    nation = detect(text)
    if nation in ("", "england"):
        return text
    name = nation.replace("_", " ").title()
    smaller = [(start, end) for start, its, end in places_in(text) if its == nation]
    for start, end in reversed(smaller):
        text = text[:start] + name + text[end:]
    return _places()[nation].sub(name, text)


def asked_in(nation: str, text: str) -> str:
    """Return a question with the nation that it is asked for, where it is not England and the text does not name one.

    Guidance for the other nations says which it is for, so a question from there is nearer to it when it says so too.
    """
    if nation in ("", "england") or detect(text):
        return text
    return f"{text.rstrip(' ?.!')} in {nation.replace('_', ' ').title()}"


@cache
def _places() -> dict[str, re.Pattern[str]]:
    return {nation: _pattern([], _data()[nation]["places"], _data()[nation]["starts"]) for nation in NATIONS}


@cache
def place_words() -> frozenset[str]:
    """Return the stems of all words that name a nation or a place in it: they say where, not what."""
    lists = _data()
    names = [name for nation in NATIONS for name in lists[nation]["places"]]
    return frozenset(stem for name in names for stem in tokens(name))


def _without_false_friends(text: str) -> str:
    """Blank out phrases and names that only look like a nation, keeping every position."""
    for pattern in _lists()[1]:
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


@lru_cache(maxsize=4)  # one message is read three times on its way; no more than the last few are kept
def _read(text: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return a text without false friends, and each place in it where a nation is named, in order."""
    plain = _without_false_friends(text.replace("’", "'"))
    return plain, tuple(sorted(_mentions(plain)))


def _mentions(text: str) -> set[tuple[int, str]]:
    """Give each place in the text where a nation is named."""
    listed = [
        (match, nation) for nation, pattern in (*_lists()[0], *POSTCODE.items()) for match in pattern.finditer(text)
    ]
    listed += [
        (match, "northern_ireland")
        for match in NORTHERN_IRELAND_SHORT.finditer(text)
        if not TAX_BEFORE.search(text[: match.start()])
    ]
    found = [(match.start(), nation, match.end()) for match, nation in listed]
    found += [one for one in places_in(text) if _is_place(text, one[0], one[2])]
    longest = sorted(found, key=lambda one: one[0] - one[2])  # "Bangor, Co Down" is not the Bangor of Wales
    found = [one for at, one in enumerate(longest) if not any(_overlap(one, longer) for longer in longest[:at])]
    return {(start, nation) for start, nation, end in found if not _is_past(text, start, end)}


def _overlap(one: tuple[int, str, int], other: tuple[int, str, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2]


def _is_place(text: str, start: int, end: int) -> bool:
    """Whether a name is neither that of a street nor that of a person."""
    return not (STREET_AFTER.match(text, end) or PERSON_BEFORE.search(text[:start]))


def _is_past(text: str, start: int, end: int) -> bool:
    """Whether a place is where somebody came from, was born or only visits, and not where anybody lives."""
    before = text[:start]
    if HEARD_FROM.search(before) and SAYS.match(text, end):
        return True
    if LEFT.search(before) or ONLY_ORIGIN.match(text, end) or (FROM.search(before) and TO_ELSEWHERE.match(text, end)):
        return True
    return bool(PEOPLE.fullmatch(text[start:end]) and IS_A.search(before) and KIN.match(text, end))


@cache
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(resources.files("knowledge_base").joinpath("nations.yaml").read_text("utf-8")))


@cache
def _lists() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], tuple[re.Pattern[str], ...]]:
    """Compile the word lists: one pattern a nation, and the false friends."""
    data = _data()
    words = tuple(
        (nation, _pattern(data[nation]["sure"], data[nation]["places"], data[nation]["starts"])) for nation in NATIONS
    )
    false = [re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE) for phrase in data["not_a_nation"]]
    names = "|".join(re.escape(word) for nation in NATIONS for word in _single_words(data[nation]))
    person = re.compile(rf"\b{PERSON}(?:{names})\b", re.IGNORECASE)
    return words, (*false, person)


def _single_words(lists: dict[str, list[str]]) -> list[str]:
    """Words that could be a surname: a name is never "Mrs Social Security Scotland"."""
    return [word for word in [*lists["sure"], *lists["places"]] if " " not in word]


def _pattern(sure: list[str], places: list[str], starts: list[str]) -> re.Pattern[str]:
    """Match any of the words; a place or country is not matched inside a street's or a ward's name."""
    whole = [re.escape(word) for word in sorted([*sure, *places], key=len, reverse=True)]
    words = "|".join([*whole, *starts])
    return re.compile(rf"(?<![\w-])(?:{words})(?!\w)(?!{STREET})", re.IGNORECASE)
