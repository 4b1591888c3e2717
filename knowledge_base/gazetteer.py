"""Smaller places, and slips in the names of places: more than a list of patterns could hold."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml
from rapidfuzz.distance import OSA

FILE = "places.yaml"
WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
MOST_WORDS = 4
"""Words in the longest name."""
SHORTEST_SLIP = 7
"""Letters of a word that may be a slip of a place's name of eight letters or more."""
WHERE = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|stay(?:s|ing)?|bid(?:e|es)|based|mov(?:e|ed|ing)|flat|house|bungalow|home|hospital|"
    r"i'?m|i am|we'?re|we are|s?he'?s|they'?re|is|are|mu?m'?s|mam'?s|dad'?s|nan'?s|gran'?s|care|caring|carers?|help|respite)"
    r"(?: (?:back|up|down|over|out|here|away|just|now|all|both)){0,2}\s+(?:in|to|near|at|outside|by)\s+$"
)
BESIDE = re.compile(r"\s+(?:council|hospital|health centre|area|carers?)\b")
"""Words around a name that make it a place, where it is a word or a surname too."""


def places_in(text: str) -> Iterator[tuple[int, str, int]]:
    """Give where each smaller place stands in a text, its nation, and where it ends."""
    text = text.casefold()
    words = list(WORD.finditer(text))
    firsts = _first_words()
    for at, word in enumerate(words):
        most = MOST_WORDS if word.group() in firsts else 1
        for last in range(min(at + most, len(words)), at, -1):
            start, end = word.start(), words[last - 1].end()
            if nation := _nation_of(text, start, end):
                yield start, nation, end
                break


def _nation_of(text: str, start: int, end: int) -> str:
    """Return the nation that a run of words names, "" for none."""
    name = " ".join(text[start:end].split())
    if found := _names("sure").get(name):
        return found
    if found := _names("after_where").get(name):
        return found if WHERE.search(text[:start]) or BESIDE.match(text, end) else ""
    return slip_of(name) if len(name) >= SHORTEST_SLIP and name.isalpha() else ""


@lru_cache(maxsize=20_000)
def slip_of(word: str) -> str:
    """Return the nation of the place whose name this word is one slip away from, "" for none."""
    return next((nation for name, nation in _by_start(word[:1]) if OSA.distance(word, name, score_cutoff=1) == 1), "")


@cache
def _by_start(letter: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, nation) for name, nation in _names("slips").items() if name.startswith(letter))


@cache
def _names(kind: str) -> dict[str, str]:
    """Return each name of a kind with its nation."""
    return {name: nation for nation, kinds in _data().items() for name in kinds[kind]}


@cache
def _first_words() -> frozenset[str]:
    """Return the words that a name of several words begins with."""
    return frozenset(name.split()[0] for kind in ("sure", "after_where") for name in _names(kind) if " " in name)


@cache
def words_of_places() -> frozenset[str]:
    """Return every single word of the names that are no ordinary words."""
    return frozenset(word for name in _names("sure") for word in WORD.findall(name))


@cache
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(resources.files("knowledge_base").joinpath(FILE).read_text("utf-8")))
