"""What kind of word one word is, by itself: a name that a list knows, an initial, a town, an everyday word."""

import re

from rails.english_words import ENGLISH as COMMON
from rails.personal_cues import DRUG, NO_NAME_ENDING, NOT_NAMES, TOWNS, VERBS
from rails.personal_policy import names
from rails.personal_words import Word

KNOWN = COMMON
"""The commonest words, counted in messages too."""
TOO = names("words_too")
"""Words that the lists of first names hold as well."""
ENGLISH = TOO | (
    (KNOWN | names("no_names")) - names("sure") - (names("given") - names("also_words") - frozenset(VERBS))
)
"""Words that are no name of which the lists know nothing. The common words were counted in messages too, where names stand."""
EVERYDAY = ENGLISH | KNOWN
DICTIONARY = names("dictionary")
"""Words that a dictionary of English has in small letters and no list of names: the rarer ones, which nobody wrote here yet."""
WORDS = EVERYDAY | names("written_words") | names("no_names") | NOT_NAMES
WORD_ENDING = re.compile(r"(?:ing|in|ed|ly|ness|ment|tion|able|less|ful|nt|s)$")
CONTRACTED = re.compile("['’](?:ve|re|ll|d|m)$")
NO_NAME_PARTS = re.compile(
    r"^(?:[a-z]-|t['’])|^(?:(?:mon|tues?|wed|thurs?|fri|sat|sun)(?:day)?|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)-"
)
"""`X-ray`, `D-daddy`, `t'contract`, `Jan-June`."""
LONG_WORD = 7
"""From so many letters a word may be a medicine by its ending."""


def may_be_name(word: Word) -> bool:
    """Longer than a letter, not on the list of what is no name, no `he've`, and in no link."""
    if len(word.low) < 2 or word.low in NOT_NAMES or word.in_link:
        return False
    return not CONTRACTED.search(word.low) and not NO_NAME_PARTS.search(word.low)


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
    if not word.capital or word.mixed or word.low in ENGLISH or NO_NAME_ENDING.search(word.low):
        return False
    return len(word.low) < LONG_WORD or not DRUG.search(word.low)


def is_unheard(word: Word) -> bool:
    """A rare word that no dictionary of English has either: where little else says that a person is meant."""
    return is_rare(word) and (listed(word.low) or not in_dictionary(word.low))


def in_dictionary(low: str) -> bool:
    """Whether a dictionary has the word, or what it is one or more of, in small letters: `slug` for `slugs`."""
    return low in DICTIONARY or low.removesuffix("s") in DICTIONARY


def listed(low: str) -> bool:
    """Whether a list of first names knows the word, or each part of one with a hyphen."""
    return any(low in names(kind) for kind in ("sure", "given", "also_words")) or (
        "-" in low and all(map(listed, low.split("-")))
    )


def is_given_alone(word: Word) -> bool:
    """A first name that is no English word: `sarah jane smith`."""
    return word.low in names("given") and word.low not in ENGLISH and word.low not in VERBS


def is_no_word(low: str) -> bool:
    """Whether nobody wrote it as a word yet, so that a name in small letters is likely where one is expected."""
    return (
        len(low) > 2 and low.isalpha() and low not in WORDS and not in_dictionary(low) and not WORD_ENDING.search(low)
    )
