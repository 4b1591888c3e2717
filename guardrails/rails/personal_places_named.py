"""Places, bodies and things that are named after a person: `James Paget Hospital`, `a Henry hoover`, `Blackpool Vic`."""

import re
from collections.abc import Sequence

from rails.personal_cues import (
    BEFORE_PLACES,
    ILLNESSES,
    IN_PLACES,
    PLACE_ENDING,
    PLACES,
    PLACES_IN_SMALL,
    RELATIONS,
    THING_AFTER,
    TITLES,
    TOWNS,
    WARES,
    WHOLE_NAME,
)
from rails.personal_kinds import is_rare, listed
from rails.personal_policy import names
from rails.personal_words import Word

AT_PLACES = IN_PLACES - {"from", "of", "via", "through", "between"}
PET = r"(?:dog|puppy|pup|cat|kitten|moggy|rabbit|bunny|budgie|parrot|hamster|tortoise|pony|horse|goldfish|terrier|labrador|spaniel|collie|staffie|jack russell|greyhound|whippet)"
BEFORE_A_PET = re.compile(rf"\b{PET},? (?:(?:is |was )?(?:called|named) )?$", re.IGNORECASE)
AFTER_A_PET = re.compile(rf",? (?:the|our|my|her|his|their) (?:\w+ )?{PET}s?\b", re.IGNORECASE)
QUARTERS = frozenset(("north", "south", "east", "west", "upper", "lower", "nether"))
TRAVEL = re.compile(
    r"\b(?:go|goes|going|gone|went|off|trip|ferry|bus|train|flight|coach|move|moving|moved|fly|flying|flew|drive|drove|travel|travelled|holiday|back|home|journey|way|sailed|pilgrimage|been|over|down|up|out) to $"
)
"""How somebody gets to where a name stands that is a place as well: `she's off to Beverley`."""
ON_AIR = re.compile(
    r"(?: [A-Z][a-z'’-]+)? (?:on (?:the )?(?:telly|tv|radio|wireless|youtube|netflix|iplayer|spotify|loop|repeat|full blast)|in concert|records|lps?|cds?|songs|repeats|films|novels|dvds?|tribute|box ?sets?)\b",
    re.IGNORECASE,
)
"""Where people in the public eye are heard and seen, and what there is of them."""
WORK = re.compile(
    r"['’]s (?:book|books|novel|novels|song|songs|album|memoir|autobiography|column|podcast|programme|show|film|music)\b"
)
WORK_OF = re.compile(r" [A-Z][a-z'’-]+" + WORK.pattern)
OWNED_PLACE = re.compile(
    r" (?:flat|house|home|bungalow|caravan|cottage|branch|office|depot|bus|train|trip|holiday)\b(?! (?:was|is)\b)"
)
"""What `our Keswick flat` ends with."""


def names_a_place(words: Sequence[Word], at: int, text: str) -> bool:
    """`James Paget Hospital`, `St Thomas`, `Herbert Protocol`: named after a person, but nobody's name."""
    if (
        at
        and words[at - 1].low in BEFORE_PLACES
        and re.fullmatch(r"(?:['’]s|\.)? ", text[words[at - 1].end : words[at].start])
    ):
        return True
    for one in range(at + 1, min(at + 4, len(words))):
        if _makes_a_place(words[one], text[words[one - 1].end : words[one].start]):
            return True
        shouted = text[words[one].start : words[one].end].isupper() and len(words[one].low) > 1
        if not (words[one].capital or shouted) or re.search(r"[^\w\s'’-]", text[words[one - 1].end : words[one].start]):
            return False
    return False


def _makes_a_place(word: Word, between: str) -> bool:
    """Whether a word makes a place or an illness of the name before it; `Jean's baby` is hers, `Johnson baby` is a ware."""
    if word.low in PLACES and (word.capital or word.low in PLACES_IN_SMALL):
        return True
    return word.low in ILLNESSES or (word.low in WARES and between == " ")


def is_an_institution(text: str, words: Sequence[Word], at: int) -> bool:
    """`the James Cook`, `a Henry hoover`, `a Jo Cox group`: what has an article before a whole name is no person.

    Nor is `outside Kirkby Stephen`: two words with capitals after where something is.
    """
    if not at or not words[at].capital or text[words[at - 1].end : words[at].start] != " ":
        return False
    before, rest = words[at - 1], text[words[at].end :]
    if before.low in ("a", "an", "the"):
        return bool(WHOLE_NAME.match(rest) if before.low == "the" else THING_AFTER.match(rest))
    place = at > 1 and words[at - 2].low in AT_PLACES
    return bool(
        place
        and before.capital
        and not before.opens
        and before.low not in TITLES
        and before.low not in RELATIONS
        and is_rare(before)
    )


def is_a_pet(text: str, word: Word) -> bool:
    """`our dog Bramble`, `Rupert the cat`: an animal is nobody."""
    return bool(BEFORE_A_PET.search(text[: word.start]) or AFTER_A_PET.match(text[word.end :]))


def is_in_the_media(text: str, words: Sequence[Word], at: int) -> bool:
    """`Vaughan Williams on the wireless`, `Wendy Mitchell's book`: who is heard, watched or read is in the public eye."""
    before, rest = words[at - 1] if at else None, text[words[at].end :]
    if before and before.low in RELATIONS:
        return False
    whole = before and before.capital and before.low not in TITLES and text[before.end : words[at].start] == " "
    return bool(ON_AIR.match(rest) or WORK_OF.match(rest) or (whole and WORK.match(rest)))


def is_owned_place(text: str, words: Sequence[Word], at: int) -> bool:
    """`our Keswick flat`: after `our` or `my` and before a house, a word with a capital is where it stands."""
    owned = at > 0 and words[at - 1].low in ("our", "my", "their", "his", "her")
    return owned and not listed(words[at].low) and bool(OWNED_PLACE.match(text[words[at].end :]))


def follows_a_place(text: str, words: Sequence[Word], at: int) -> bool:
    """`Blackpool Vic`, `West Ham`: after a town, a quarter of the sky, or a word that ends as a town, what stands there is a part of it."""
    if not at or not words[at].capital or text[words[at - 1].end : words[at].start] != " ":
        return False
    before = words[at - 1]
    if before.capital and before.low in QUARTERS:
        return True
    town = before.low in TOWNS or (PLACE_ENDING.search(before.low) and not listed(before.low))
    return bool(town) and before.capital and before.low not in names("family") | TITLES | RELATIONS


def after_place_word(words: Sequence[Word], at: int, text: str) -> bool:
    """`in Florence`, `off to Beverley`."""
    return at > 0 and (words[at - 1].low in IN_PLACES or bool(TRAVEL.search(text[: words[at].start])))
