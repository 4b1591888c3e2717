"""What kind of word one word is, by itself: a name that a list knows, an initial, a town, an everyday word."""

from rails.english_words import ENGLISH as KNOWN
from rails.personal_cues import NO_NAME_ENDING, NOT_NAMES, TOWNS, VERBS
from rails.personal_policy import names
from rails.personal_words import Word

ENGLISH = (KNOWN | names("no_names")) - names("sure") - (names("given") - names("also_words") - frozenset(VERBS))
"""Words that are no name of which the lists know nothing. The common words were counted in messages too, where names stand."""
EVERYDAY = ENGLISH | KNOWN


def may_be_name(word: Word) -> bool:
    """Longer than a letter, not on the list of what is no name, and in no link."""
    return len(word.low) > 1 and word.low not in NOT_NAMES and not word.in_link


def is_surname(word: Word) -> bool:
    """`Jean Ward`, `Mrs Hamilton`: places and things that are family names too, with their capital."""
    return word.capital and (word.low in names("family") or word.low in names("also_words"))


def is_town(word: Word) -> bool:
    """`Mrs Halifax`, `Jean Lancaster`: a place that is a family name after a title or a first name."""
    return word.capital and word.low in TOWNS


def is_initial(word: Word) -> bool:
    """One capital letter, but not the word I."""
    return word.capital and word.end - word.start == 1 and word.low != "i"


def is_in(kind: str, low: str) -> bool:
    """Whether a list knows the word, or all parts of one with a hyphen (`Chloe-Mae`)."""
    parts = low.split("-")
    return low in names(kind) or (len(parts) > 1 and parts[0] in names(kind) and all(map(listed, parts)))


def is_rare(word: Word) -> bool:
    """A word with a capital that is no English word, and no people's or faith's."""
    return word.capital and not word.mixed and word.low not in ENGLISH and not NO_NAME_ENDING.search(word.low)


def listed(low: str) -> bool:
    """Whether a list of first names knows the word, or each part of one with a hyphen."""
    return any(low in names(kind) for kind in ("sure", "given", "also_words")) or (
        "-" in low and all(map(listed, low.split("-")))
    )


def is_given_alone(word: Word) -> bool:
    """A first name that is no English word: `sarah jane smith`."""
    return word.low in names("given") and word.low not in ENGLISH and word.low not in VERBS
