"""Phrases as an owner writes them in a word list, and the patterns that they stand for.

`move/moved from` is either word, then the next; `prince_of_wales` is one choice of several words; `(the)` may be left
out; `car*` is any word that begins so; `*` is any one word, `...` up to five. An apostrophe may be left out, as people do.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import yaml

ANY = r"[\w'-]+"
SHORTENED = r"(?:(?<=mr|dr|ms|st)\.|(?<=mrs)\.)?"
"""A full stop that ends no sentence: Dr. Wales."""


def one_of(phrases: Iterable[str]) -> str:
    """Return an expression for any of some phrases, the longest first, whole words only."""
    each = sorted({" ".join(one.split()) for one in phrases}, key=len, reverse=True)
    return rf"(?<![\w-])(?:{'|'.join(map(_expression, each))})(?![\w-])"


def anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    """Match any of some phrases, in any case."""
    return re.compile(one_of(phrases), re.IGNORECASE)


def before(phrases: Iterable[str], between: Iterable[str] = ()) -> re.Pattern[str]:
    """Match any of some phrases at the end of a text; words of `between` may stand after it, in their order."""
    small = "".join(rf"(?:{re.escape(one)}\s+)?" for one in between)
    return re.compile(rf"{one_of(phrases)}{SHORTENED}\s+{small}$", re.IGNORECASE)


def after(phrases: Iterable[str]) -> re.Pattern[str]:
    """Match any of some phrases that follow at once."""
    return re.compile(rf"\s+{one_of(phrases)}", re.IGNORECASE)


def _expression(phrase: str) -> str:
    """Return the expression of one phrase. Words that may miss bring the space beside them along."""
    written, space = "", ""
    for word in phrase.split():
        choice = "|".join(map(_choice, word.strip("()").split("/")))
        if word == "...":
            written += rf"(?:{space}{ANY}){{0,5}}?"
        elif word.startswith("("):
            written += rf"(?:{space}(?:{choice}))?" if space else rf"(?:(?:{choice})\s+)?"
        else:
            written += rf"{space}(?:{choice})"
        space = r"\s+" if space or not word.startswith("(") else ""
    return written


def _choice(word: str) -> str:
    if word == "*":
        return ANY
    spelt = re.escape(word.removesuffix("*")).replace("_", r"\s+").replace("'", "'?")
    return spelt + r"[\w'-]*" if word.endswith("*") else spelt


@cache
def word_list(file: str) -> dict[str, Any]:
    """Read one of the owned word lists of this room."""
    return dict(yaml.load(resources.files("knowledge_base").joinpath(file).read_text("utf-8"), yaml.CSafeLoader))
