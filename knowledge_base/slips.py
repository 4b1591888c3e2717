"""Names as tired people type them: a letter missing, doubled or swapped, and places known by how they begin."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from knowledge_base.phrases import word_list

LONGEST_NAME = "northern ireland"
SLIPS_IN_LONGEST = 3
SHORTEST_SLIP = 7
"""Letters of a word that may be a slip of a place's name of eight letters or more."""
SHORTEST_NEAR = 6
"""Letters of a word, and of a name, that may be one slip apart where a place stands: "carer in Airdree"."""
MORE = 2
"""Letters that follow what a name begins with, at least."""
SHORTEST_PHRASE = 12
"""Letters of a name of several words in which one word may hold a slip."""
SHORT, LONG = 6, 11
"""Letters of a word that may hold one slip, and two."""
BURGH = re.compile(r"(?:b[ou]*r[ou]*gh?|boro)$")
"""How the end of a Scottish town's name is written: musselbrough, edinborough."""
Words = tuple[str, ...]
Meaning = tuple[str, str]
"""A nation and a kind of name."""


def is_northern_ireland(one: str, other: str) -> bool:
    """Whether two words are slips of that name, which is longer than any other and so is written wrongly in many ways."""
    written = f"{one} {other}"
    return OSA.distance(written, LONGEST_NAME, score_cutoff=SLIPS_IN_LONGEST) <= SLIPS_IN_LONGEST


@lru_cache(maxsize=20_000)
def unlisted(word: str) -> str:
    """Return the nation of a word that begins as names there do, or is one slip away from a long name; "" for none."""
    for start, nation in _beginnings().get(word[:2], ()):
        if word.startswith(start) and len(word) >= len(start) + MORE:
            return nation
    if len(word) < SHORTEST_SLIP or not word.isalpha():
        return ""
    written = BURGH.sub("burgh", word)
    return next((nation for name, nation in _by_start(word[:1]) if is_slip(word, name) or written == name), "")


@lru_cache(maxsize=20_000)
def near(word: str) -> str:
    """Return the nation of a word that is one slip away from a name too short for `unlisted`; "" for none.

    Only for a word that stands where a place does. Names that an ordinary word is so near to are left out.
    """
    if not word.isalpha():
        return ""
    return next((nation for name, nation in _short_names().get(word[0], ()) if _is_one_off(word, name)), "")


def _is_one_off(word: str, name: str) -> bool:
    return OSA.distance(word, name, score_cutoff=1) <= 1


@cache
def _short_names() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return the names and their nations, by the first letter."""
    left_out = set(word_list("nation_words.yaml")["like_words"])
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for file in ("nations.yaml", "local_names.yaml"):
        for nation in ("scotland", "wales", "northern_ireland"):
            for name in word_list(file)[nation]["places"]:
                if len(name) >= SHORTEST_NEAR and name.isascii() and name.isalpha() and name not in left_out:
                    found[name[0]] = (*found.get(name[0], ()), (name, nation))
    return found


@cache
def _beginnings() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return what names begin with and the nation, by the first two letters."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for nation, kinds in word_list("nations.yaml").items():
        for start in kinds["beginnings"]:
            found[start[:2]] = (*found.get(start[:2], ()), (start, nation))
    return found


@cache
def _by_start(letter: str) -> tuple[tuple[str, str], ...]:
    slips = ((name, nation) for nation, kinds in word_list("places.yaml").items() for name in kinds["slips"])
    return tuple((name, nation) for name, nation in slips if name.startswith(letter))


class Slipped(NamedTuple):
    """A name of several words, and the place of the one that may hold a slip, counted from 0."""

    name: Words
    at: int
    meaning: Meaning

    def is_begun_by(self, run: Words) -> bool:
        """Whether some words begin with the name, but for a slip."""
        return len(self.name) <= len(run) and self._others_stand(run) and _is_meant(run[self.at], self.name[self.at])

    def _others_stand(self, run: Words) -> bool:
        end = len(self.name)
        return run[: self.at] == self.name[: self.at] and run[self.at + 1 : end] == self.name[self.at + 1 :]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Names of several words, each to be found when one of its words holds a slip."""

    begun: Mapping[tuple[str, str], tuple[Slipped, ...]]
    """By the two words that a name begins with, "" for the one with the slip."""

    @classmethod
    def of(cls, names: Mapping[Words, Meaning]) -> "Phrases":
        """Index the long names among some."""
        begun: dict[tuple[str, str], list[Slipped]] = {}
        for name, meaning in names.items():
            if len(name) < 2 or sum(map(len, name)) < SHORTEST_PHRASE:
                continue
            for at, word in enumerate(name):
                if len(word) >= SHORT or word.endswith("s"):
                    key = ("" if at == 0 else name[0], "" if at == 1 else name[1])
                    begun.setdefault(key, []).append(Slipped(name, at, meaning))
        return cls({key: tuple(found) for key, found in begun.items()})

    def find(self, run: Sequence[str]) -> tuple[Meaning, int] | None:
        """Return what the longest name means that two or more words begin with, but for a slip, and how many words it takes."""
        first, second, *_ = run
        may_be = [one for key in (("", second), (first, ""), (first, second)) for one in self.begun.get(key, ())]
        words = tuple(run)
        held = [one for one in may_be if one.is_begun_by(words)]
        best = max(held, key=lambda one: (len(one.name), one.at), default=None)
        return (best.meaning, len(best.name)) if best else None


def _is_meant(word: str, meant: str) -> bool:
    """Whether a word is the one of a name, in the plural perhaps, or a slip of it."""
    return word.removesuffix("s") == meant.removesuffix("s") or (word[:1] == meant[:1] and is_slip(word, meant))


def is_slip(word: str, meant: str) -> bool:
    """Whether a word is another with a slip in it; two in a very long one."""
    most = 2 if len(meant) >= LONG else 1
    return len(meant) >= SHORT and OSA.distance(word, meant, score_cutoff=most) <= most
