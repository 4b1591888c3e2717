"""Words for the lexical side of search: splitting, stop words, light stemming."""

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
ENDING = re.compile(r"'(?:s|ll|re|ve|d|m)$")
LISTS: dict[str, Any] = yaml.safe_load(resources.files("knowledge_base").joinpath("words.yaml").read_text("utf-8"))
STOP = frozenset(LISTS["stop"].split())
RIGHT = frozenset(LISTS["right"].split())
WHOLE: dict[str, str] = LISTS["whole"]
VOWELS = frozenset("aeiouy")


def tokens(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [stem(word) for word in split(text) if word not in STOP]


def split(text: str) -> list[str]:
    """Split into small-letter words without accents; "carer's" gives "carer", "I'll" gives "i"."""
    plain = text.replace("’", "'").casefold()
    if not plain.isascii():
        plain = "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))
    return [ENDING.sub("", word).replace("'", "") for word in WORD.findall(plain)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Cut a plain English ending, so that "assessed" meets "assesses". Never leaves fewer than 3 letters."""
    if word in WHOLE:
        return WHOLE[word]
    if len(word) < 4 or not word.isascii() or word[0].isdigit():
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _without_e(_without_tense(word))


def _without_tense(word: str) -> str:
    """Cut -ing and -ed, and one of a doubled letter: "stopping" gives "stop"."""
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root == word or len(root) < 3 or not VOWELS & set(root):
            continue
        return root[:-1] if root[-1] == root[-2] and root[-1] not in "lsz" else root
    return word


def _without_e(word: str) -> str:
    """Cut a final e, so that "move" meets "moving"."""
    return word[:-1] if len(word) > 3 and word.endswith("e") and not word.endswith("ee") else word
