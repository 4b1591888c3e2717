"""Reading age, from sentence length and syllables. Official names count as easy words: a carer cannot avoid them."""

import re
from functools import lru_cache

import pyphen

from rails.fact_tokens import EMAIL, LINK
from rails.reply_policy import read
from rails.reply_text import plain, sentences

POLICY = read("form")
OFFICIAL = re.compile(
    r"\b(?:" + "|".join(sorted(POLICY.words["official"].split(), key=len, reverse=True)) + r")s?\b", re.IGNORECASE
)
WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
DICTIONARY = pyphen.Pyphen(lang="en_GB")
VOWELS = re.compile(r"[aeiouy]+")
SCHOOL_START_AGE = 5
"""A grade of 6 in the formula is a pupil aged about 11."""


@lru_cache(maxsize=16384)
def syllables(word: str) -> int:
    """Syllables of one word: the larger of two counts, since each alone misses some."""
    word = word.lower().replace("'", "")
    silent = (word.endswith("e") and not word.endswith(("le", "ee", "ye"))) or (
        word.endswith("ed") and not word.endswith(("ted", "ded"))
    )
    vowels = len(VOWELS.findall(word)) - (1 if silent and len(word) > 3 else 0)
    return max(1, vowels, len(DICTIONARY.positions(word)) + 1)


@lru_cache(maxsize=2048)
def counts(sentence: str, given: frozenset[str] = frozenset()) -> tuple[int, int, int]:
    """Words, syllables and long words (three syllables or more) of one sentence, without links.

    Words in `given`, lower case, are easy: one syllable each.
    """
    text = OFFICIAL.sub("term", LINK.sub(" ", EMAIL.sub(" ", sentence)))
    words = WORD.findall(text)
    each = [1 if word.lower() in given else syllables(word) for word in words]
    return len(words), sum(each), sum(one >= 3 for one in each)


def grade(text: str, given: frozenset[str] = frozenset()) -> float:
    """Flesch-Kincaid grade of a text. Source: Kincaid and others (1975), US Navy research report 8-75."""
    told = [counts(one, given) for one in sentences(plain(text))]
    words = sum(one[0] for one in told)
    if not words:
        return 0.0
    return 0.39 * words / len([one for one in told if one[0]]) + 11.8 * sum(one[1] for one in told) / words - 15.59


def reading_age(text: str, given: frozenset[str] = frozenset()) -> float:
    """Age in years at which a pupil who knows the words in `given` reads the text with ease."""
    return max(SCHOOL_START_AGE, grade(text, given) + SCHOOL_START_AGE)
