"""Names of nations, bodies and places, and slips in them: where each stands in a text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from knowledge_base.phrases import after, before, word_list

NATIONS = ("england", "wales", "scotland", "northern_ireland")
"""The nations as written in front matter and settings."""
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|&")
GAP = re.compile(r"[\s,/()-]{1,3}|\.")
IN = re.compile(r"\b(?:in|near|outside|around) $", re.IGNORECASE)
NEAR = 60
"""Letters before a name that are looked at."""
SHORT = frozenset({"co", "st", "n"})
"""Words that may be written with a full stop: Co. Down, St. Asaph."""
SHORTEST_SLIP = 7
"""Letters of a word that may be a slip of a place's name of eight letters or more."""
LONGEST_NAME = "northern ireland"
SLIPS_IN_LONGEST = 3
MORE = 2
"""Letters that follow what a name begins with, at least."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text. `kind` is `sure`, `hints`, `places`, or `perhaps` for what is a word or a surname too."""

    start: int
    end: int
    nation: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    spelt: str
    bare: str
    """Without a possessive's ending."""

    @property
    def bare_end(self) -> int:
        """Where it ends without that."""
        return self.end - 2 if self.spelt != self.bare else self.end


def names_in(text: str) -> Iterator[Named]:
    """Give each name in a text, the longest that starts at a word; names that are words too only where they are places."""
    words = [_word(match) for match in WORD.finditer(text)]
    free = 0
    for at, word in enumerate(words):
        if at >= free and (found := _longest(text, words, at)):
            named, count = found
            if named.kind != "perhaps" or _is_where(text, named, alone=count == len(words)):
                free = at + count
                yield named
        elif at >= free and (nation := _unlisted(word.bare)):
            yield Named(word.start, word.bare_end, nation, "places")


def _word(match: re.Match[str]) -> _Word:
    spelt = _plain(match.group())
    bare = spelt.removesuffix("'s")
    return _Word(match.start(), match.end(), spelt.replace("'", ""), bare.replace("'", ""))


def _plain(word: str) -> str:
    """Return a word in small letters, without accents."""
    if word == "&":
        return "and"
    folded = word.casefold()
    if folded.isascii():
        return folded
    return "".join(mark for mark in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(mark))


def _longest(text: str, words: list[_Word], at: int) -> tuple[Named, int] | None:
    """Return the longest listed name that starts at a word, and its words."""
    first = words[at]
    for count in range(min(_most_words().get(first.spelt, _most_words().get(first.bare, 0)), len(words) - at), 0, -1):
        run = words[at : at + count]
        if not all(_joined(text, one, other) for one, other in pairwise(run)):
            continue
        start = tuple(one.spelt for one in run[:-1])
        if found := _names().get((*start, run[-1].spelt)):
            return Named(first.start, run[-1].end, *found), count
        if found := _names().get((*start, run[-1].bare)):
            return Named(first.start, run[-1].bare_end, *found), count
    if at + 1 < len(words) and first.spelt.startswith("n") and _is_northern_ireland(first, words[at + 1]):
        return Named(first.start, words[at + 1].bare_end, "northern_ireland", "sure"), 2
    return None


def _joined(text: str, one: _Word, other: _Word) -> bool:
    """Whether two words stand side by side, in one sentence."""
    between = text[one.end : other.start]
    return bool(GAP.fullmatch(between)) or (one.spelt in SHORT and between.strip(" ") == ".") or not between


def _is_northern_ireland(one: _Word, other: _Word) -> bool:
    """Whether two words are slips of that name, which is longer than any other and so is written wrongly in many ways."""
    written = f"{one.spelt} {other.bare}"
    return OSA.distance(written, LONGEST_NAME, score_cutoff=SLIPS_IN_LONGEST) <= SLIPS_IN_LONGEST


@lru_cache(maxsize=20_000)
def _unlisted(word: str) -> str:
    """Return the nation of a word that begins as names there do, or is one slip away from a long name; "" for none."""
    for nation in NATIONS:
        for start in word_list("nations.yaml")[nation]["beginnings"]:
            if word.startswith(start) and len(word) >= len(start) + MORE:
                return nation
    if len(word) < SHORTEST_SLIP or not word.isalpha():
        return ""
    return next((nation for name, nation in _by_start(word[:1]) if OSA.distance(word, name, score_cutoff=1) == 1), "")


@cache
def _by_start(letter: str) -> tuple[tuple[str, str], ...]:
    slips = ((name, nation) for nation, kinds in word_list("places.yaml").items() for name in kinds["slips"])
    return tuple((name, nation) for name, nation in slips if name.startswith(letter))


def _is_where(text: str, named: Named, *, alone: bool) -> bool:
    """Whether a name that is a word or a surname too is a place: nothing but it was written, or it stands as places do."""
    written, head = text[named.start : named.end], text[max(0, named.start - NEAR) : named.start]
    if alone or _where_after().match(text, named.end) or _where_before().search(head):
        return True
    return written[:1].isupper() and not written.isupper() and bool(IN.search(head))


@cache
def _where_before() -> re.Pattern[str]:
    return before(word_list("nation_words.yaml")["where_before"])


@cache
def _where_after() -> re.Pattern[str]:
    return after(word_list("nation_words.yaml")["where_after"])


@cache
def _names() -> dict[tuple[str, ...], tuple[str, str]]:
    """Return each name, as the words that it is spelt with, with its nation and kind. The first list that has it counts."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for file, listed, kind in (
        ("nations.yaml", "sure", "sure"),
        ("nations.yaml", "places", "places"),
        ("nations.yaml", "misspelt", "places"),
        ("nations.yaml", "hints", "hints"),
        ("nations.yaml", "perhaps", "perhaps"),
        ("places.yaml", "sure", "places"),
        ("places.yaml", "after_where", "perhaps"),
    ):
        for nation, kinds in word_list(file).items():
            for name in kinds[listed]:
                found.setdefault(tuple(one.spelt for one in map(_word, WORD.finditer(name))), (nation, kind))
    return found


@cache
def _most_words() -> dict[str, int]:
    """Return for each word that a name begins with the words of the longest such name."""
    longest: dict[str, int] = {}
    for name in _names():
        longest[name[0]] = max(len(name), longest.get(name[0], 0))
    return longest


@cache
def words_of_names() -> frozenset[str]:
    """Return every single word of the names that are no ordinary words."""
    return frozenset(word for name, (_, kind) in _names().items() if kind in ("sure", "places") for word in name)


def names_of(kind: str) -> list[str]:
    """Return the names that the nations' own list holds of a kind."""
    return [name for nation in NATIONS for name in word_list("nations.yaml")[nation][kind]]
