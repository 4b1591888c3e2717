"""Phrases as an owner writes them in a word list, and the patterns that they stand for.

`move/moved from` is either word, then the next; `prince_of_wales` is one choice of several words; `(the)` may be left
out; `car*` is any word that begins so; `*` is any one word, `...` up to five. An apostrophe may be left out, as people do.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

ANY = r"[\w'-]+"
LONGEST = 24
"""Letters of a last word that are looked at."""
SHORTENED = r"(?:(?<=mr|dr|ms|st)\.|(?<=mrs)\.)?"
"""A full stop that ends no sentence: Dr. Wales."""


def one_of(phrases: Iterable[str]) -> str:
    """Return an expression for any of some phrases, the longest first, whole words only."""
    each = sorted({" ".join(one.split()) for one in phrases}, key=len, reverse=True)
    return rf"(?<![\w-])(?:{'|'.join(map(_expression, each))})(?![\w-])"


def anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    """Match any of some phrases, in any case."""
    return re.compile(one_of(phrases), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Before:
    """Phrases that may stand at the end of a text. The last word is looked at first: most texts end in another one."""

    pattern: re.Pattern[str]
    last: frozenset[str]
    """Words that such a text ends in, without apostrophes; none when any word will do."""

    def search(self, text: str) -> re.Match[str] | None:
        """Find one of the phrases at the end of a text."""
        if self.last and not (text[-1:].isspace() and _last_word(text) in self.last):
            return None
        return self.pattern.search(text)


def _last_word(text: str) -> str:
    """Return the last word of a text, without apostrophes and what stands beside it."""
    word = text[-LONGEST:].rsplit(None, 1)[-1:]
    last = word[0].casefold() if word else ""
    return last if last.isalpha() else re.sub(r"^.*[^\w'.]|['.]", "", last)


def before(phrases: Iterable[str], between: Iterable[str] = ()) -> Before:
    """Match any of some phrases at the end of a text; words of `between` may stand after it, in their order."""
    phrases, between = list(phrases), list(between)
    small = "".join(rf"(?:{re.escape(one)}\s+)?" for one in between)
    pattern = re.compile(rf"{one_of(phrases)}{SHORTENED}\s+{small}$", re.IGNORECASE)
    last = {word for phrase in (*phrases, *between) for word in _last(phrase)}
    return Before(pattern, frozenset() if "*" in last else frozenset(last))


def _last(phrase: str) -> Iterator[str]:
    """Give the words that a phrase may end in; "*" for any."""
    for choice in reversed(phrase.split()):
        for one in choice.strip("()").split("/"):
            word = one.split("_")[-1]
            yield (
                "*"
                if "*" in word or word == "..."
                else re.split(r"[-']", word)[-1]
                if "-" in word
                else word.replace("'", "")
            )
        if not choice.startswith("("):
            return


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
