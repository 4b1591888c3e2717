"""Names of nations, bodies and places, and slips in them: where each stands in a text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from knowledge_base import slips
from knowledge_base.phrases import after, before, word_list

NATIONS = ("england", "wales", "scotland", "northern_ireland")
"""The nations as written in front matter and settings."""
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|&")
GAP = re.compile(r"[\s,/()£-]{1,3}|\.")
IN = re.compile(r"\b(?:in|near|outside|around) $", re.IGNORECASE)
ON = re.compile(r"\bon $", re.IGNORECASE)
NEAR = 60
"""Letters before a name that are looked at."""
RUN_TOGETHER, SHORTEST_RUN = 9, 3
"""Letters of two words that may be written as one, and of either."""
LONGEST = 8
"""Words of a name that are looked at for a slip."""
SHORT = frozenset({"co", "st", "n"})
"""Words that may be written with a full stop: Co. Down, St. Asaph."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text. `kind` is `nation`, `sure`, `hints`, `places`, or `perhaps` for what is a word or a surname too."""

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
        elif at >= free and (nation := slips.unlisted(word.bare) or _near(words, at)):
            yield Named(word.start, word.bare_end, nation, "places")


def _near(words: list[_Word], at: int) -> str:
    """Return the nation of a word that is nearly a name and stands where a place does."""
    if len(words[at].bare) < slips.SHORTEST_NEAR:  # most words
        return ""
    after, before = _slip_stands()
    stands = (at and words[at - 1].spelt in after) or (at + 1 < len(words) and words[at + 1].spelt in before)
    return slips.near(words[at].bare) if stands or len(words) == 1 else ""


@cache
def _slip_stands() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words after which a slip of a place may stand, and those before which."""
    stands = word_list("nation_words.yaml")["slip_stands"]
    return frozenset(stands["after"]), frozenset(stands["before"])


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents and apostrophes."""
    return [_word(match).spelt for match in WORD.finditer(text)]


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
    for count in range(_most(text, words, at), 0, -1):
        run = words[at : at + count]
        start = tuple(one.spelt for one in run[:-1])
        if found := _names().get((*start, run[-1].spelt)):
            return Named(first.start, run[-1].end, *found), count
        if found := _names().get((*start, run[-1].bare)):
            return Named(first.start, run[-1].bare_end, *found), count
    return _slip(text, words, at)


def _most(text: str, words: list[_Word], at: int) -> int:
    """Return how many words that stand side by side a name that starts at one may have."""
    if at + 1 == len(words):
        return 1
    first, second = words[at], words[at + 1]
    most = _most_words().get((first.spelt, second.spelt)) or _most_words().get((first.spelt, second.bare), 1)
    count = 1
    while count < min(most, len(words) - at) and _joined(text, words[at + count - 1], words[at + count]):
        count += 1
    return count


def _slip(text: str, words: list[_Word], at: int) -> tuple[Named, int] | None:
    """Return a name of several words that starts at a word and holds a slip, and its words."""
    if at + 1 == len(words):
        return None
    first, second = words[at], words[at + 1]
    if first.spelt.startswith("n") and slips.is_northern_ireland(first.spelt, second.bare):
        return Named(first.start, second.bare_end, "northern_ireland", "nation"), 2
    run = words[at : at + LONGEST]
    if found := _phrases().find([one.spelt for one in run]):
        meaning, count = found
        run = words[at : at + count]
        if all(_joined(text, one, other) for one, other in pairwise(run)):
            return Named(first.start, run[-1].bare_end, *meaning), count
    return None


def _joined(text: str, one: _Word, other: _Word) -> bool:
    """Whether two words stand side by side, in one sentence."""
    between = text[one.end : other.start]
    return bool(GAP.fullmatch(between)) or (one.spelt in SHORT and between.strip(" ") == ".") or not between


def _is_where(text: str, named: Named, *, alone: bool) -> bool:
    """Whether a name that is a word or a surname too is a place: nothing but it was written, or it stands as places do."""
    written, head = text[named.start : named.end], text[max(0, named.start - NEAR) : named.start]
    if alone or _where_after().match(text, named.end) or _where_before().search(head):
        return True
    is_name = written[:1].isupper() and not written.isupper()
    return is_name and bool(IN.search(head) or (_is_island(written) and ON.search(head)))


def _is_island(written: str) -> bool:
    return written.casefold() in word_list("nation_words.yaml")["islands"]


@cache
def _where_before() -> re.Pattern[str]:
    return before(word_list("nation_words.yaml")["where_before"])


@cache
def _where_after() -> re.Pattern[str]:
    return after(word_list("nation_words.yaml")["where_after"])


@cache
def _listed() -> dict[tuple[str, ...], slips.Meaning]:
    """Return each name of the lists, as the words that it is spelt with, with its nation and kind. The first list that has it counts."""
    found: dict[tuple[str, ...], slips.Meaning] = {}
    for file, listed, kind in (
        ("nations.yaml", "nation", "nation"),
        ("nations.yaml", "sure", "sure"),
        ("nations.yaml", "places", "places"),
        ("nations.yaml", "misspelt", "places"),
        ("local_names.yaml", "sure", "sure"),
        ("local_names.yaml", "places", "places"),
        ("nations.yaml", "hints", "hints"),
        ("local_names.yaml", "hints", "hints"),
        ("nations.yaml", "perhaps", "perhaps"),
        ("local_names.yaml", "perhaps", "perhaps"),
        ("places.yaml", "sure", "places"),
        ("places.yaml", "after_where", "perhaps"),
    ):
        for nation, kinds in word_list(file).items():
            for name in kinds[listed]:
                found.setdefault(tuple(plain_words(name)), (nation, kind))
    return found


@cache
def _names() -> dict[tuple[str, ...], slips.Meaning]:
    """Return each name, and those in which two words are written as one, with what they name."""
    together = {run: meaning for words, meaning in _listed().items() for run in _run_together(words)}
    return {**_in_england(), **together, **_listed()}


@cache
def _in_england() -> dict[tuple[str, ...], slips.Meaning]:
    """Return the smaller places in England: so many that a slip of one would be taken for another, so none is looked for."""
    places = word_list("english_places.yaml")["england"]
    return {
        tuple(plain_words(name)): ("england", kind)
        for listed, kind in (("after_where", "perhaps"), ("sure", "places"))
        for name in places[listed]
    }


def _run_together(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give a name with two of its words written as one: wellbeing, easterross."""
    for at, (one, other) in enumerate(pairwise(words)):
        if min(len(one), len(other)) >= SHORTEST_RUN and len(one) + len(other) >= RUN_TOGETHER:
            yield (*words[:at], one + other, *words[at + 2 :])


@cache
def _phrases() -> slips.Phrases:
    return slips.Phrases.of(_listed())


@cache
def _most_words() -> dict[tuple[str, ...], int]:
    """Return for each two words that a name begins with the words of the longest such name."""
    longest: dict[tuple[str, ...], int] = {}
    for name in _names():
        longest[name[:2]] = max(len(name), longest.get(name[:2], 0))
    return longest


@cache
def words_of_names() -> frozenset[str]:
    """Return every single word of the names that are no ordinary words; of bodies and districts only what is one word."""
    lists = word_list("local_names.yaml").values()
    local = {tuple(plain_words(name)) for kinds in lists for kind in ("sure", "places") for name in kinds[kind]}
    named = [name for name, (_, kind) in _listed().items() if kind in ("nation", "sure", "places")]
    return frozenset(word for name in named if len(name) == 1 or name not in local for word in name)


def names_of(kind: str) -> list[str]:
    """Return the names that the nations' own list holds of a kind."""
    return [name for nation in NATIONS for name in word_list("nations.yaml")[nation][kind]]
