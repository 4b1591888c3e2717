"""Read a question's words as they were meant: repair of spelling, plain words for dialect, the guidance's own names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import groupby

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from knowledge_base.embedding import default_model
from knowledge_base.nation import place_names, with_nation_named
from knowledge_base.records import other_topics
from knowledge_base.synonyms import Phrase, Synonym, sayings
from knowledge_base.words import RIGHT, STOP, split, stem

SHORTEST = 4
"""Words with fewer letters are never repaired: too many other words are near."""
LONGEST = 30
"""A longer run of letters is no word."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A question's stems as asked (repaired), and the stems that its synonyms add."""

    asked: tuple[str, ...]
    added: tuple[str, ...] = ()
    instead: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """For an asked stem that is part of a carer's phrase: what the guidance calls it."""

    def is_met(self, word: str, words: frozenset[str]) -> bool:
        """Tell whether a text that holds `words` holds this asked word, or a phrase that stands for it."""
        return word in words or any(words >= set(phrase) for phrase in self.instead.get(word, ()))


WRITTEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
"""A word as it stands in a message, marks and all."""
LONG, VERY_LONG = 6, 9
"""Letters from which a word may hold a wrong consonant, and from which it may hold two slips of any kind."""
SOUNDS = {"sh": "s", "ti": "s", "si": "s", "ci": "s", "ph": "f", "ck": "k", "c": "k", "q": "k", "z": "s"}
SAME_SOUND = re.compile("|".join(SOUNDS))
NOT_HEARD = re.compile("[aeiouyhw]")


@cache
def everyday_words() -> frozenset[str]:
    """Common English words, from the model's own word list and the topics that are not ours: none is a misspelling."""
    words = [*(default_model() / "vocab.txt").read_text("utf-8").split("\n"), *split(" ".join(other_topics())), *RIGHT]
    return frozenset(word for word in words if len(word) >= SHORTEST and word.isascii() and word.isalpha())


def plain(text: str, known: frozenset[str]) -> str:
    """Return a message as its writer would have typed it with time and a dictionary, for searching only.

    Dialect and text-speak become plain words, initials become the name, a misspelt word becomes the word of the guidance
    that it is a slip of, and a place becomes the nation whose rules count there. A word that is a word is never changed.

    Args:
        text: The message, masked.
        known: Every word of the guidance, in small letters.
    """
    said = sayings()

    def instead(match: re.Match[str]) -> str:
        written = match.group()
        word = written.replace("’", "'").casefold()
        is_name = written[0].isupper() and not written.isupper() and match.start() > 0
        if word in said.initials:
            return said.initials[word]
        if is_name or word in known or len(word) > LONGEST:
            return written
        bare = word.replace("'", "")
        found = said.spelt.get(bare) or (word if bare != word else mend(word, known))
        return written if found == word else found

    return WRITTEN.sub(instead, with_nation_named(text))


@lru_cache(maxsize=20_000)
def mend(word: str, known: frozenset[str]) -> str:
    """Return the word that a misspelt one is a slip of; the word itself when it is a word, a place or too far from any."""
    if len(word) < SHORTEST or not (word.isalpha() and word.isascii()) or word in known or _is_english(word):
        return word
    return _nearest(word, known) or word


def _is_english(word: str) -> bool:
    """Tell whether this is an everyday word, a form of one, or a place."""
    words = everyday_words()
    return word in words or word in place_names() or any(
        word.endswith(end) and word.removesuffix(end) in words for end in ("s", "es", "ed", "ing", "ly", "er", "d", "r")
    )  # fmt: skip


def widen(text: str) -> Wording:
    """Return the words of a question as stems, with the guidance's names for what it says. Slips are mended before."""
    words = split(text)
    stems = [stem(word) for word in words]
    asked = [found for word, found in zip(words, stems, strict=True) if word not in STOP]
    added: dict[str, None] = {}
    instead: dict[str, tuple[Phrase, ...]] = {}
    for one in _synonyms_in(stems):
        instead.update({word: (*instead.get(word, ()), one.name) for word in one.said})
        added.update(dict.fromkeys(word for word in one.name if word not in asked))
    return Wording(tuple(asked), tuple(added), instead)


def _synonyms_in(stems: Sequence[str]) -> Iterator[Synonym]:
    """Give each synonym that stands in the words, in order and together, once."""
    by_first = sayings().by_first
    for at, first in enumerate(stems):
        if first in stems[:at]:
            continue
        yield from (one for one in by_first.get(first, ()) if _holds(stems, one.said))


def _nearest(word: str, vocabulary: frozenset[str]) -> str:
    """Find the likeliest known word that this one is a slip of; "" when none is near enough."""
    lengths = range(len(word) - 2, len(word) + 3)
    by_start = _by_start(vocabulary)
    alike = (known for start in {word[0], word[1]} for known in by_start.get(start, ()))
    near = [known for known in alike if len(known) in lengths and _is_slip(word, known)]
    found = process.extractOne(word, sorted(near), scorer=fuzz.ratio)
    return str(found[0]) if found else ""


@lru_cache(maxsize=4)
def _by_start(vocabulary: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Sort words by their first letter, so that a slip is not compared with them all."""
    starts = sorted({known[0] for known in vocabulary if known})
    return {start: tuple(known for known in vocabulary if known[:1] == start) for start in starts}


def _is_slip(word: str, known: str) -> bool:
    """Tell whether a typing or spelling slip may have made `word` from `known`.

    One slip, or two in a long word or where only vowels and silent letters differ. Short words must keep their
    consonants: between "lurch" and "lunch" nobody can tell which was meant.
    """
    slips = OSA.distance(word, known, score_cutoff=2)
    if word[0] != known[0] and (slips > 1 or word[:2] != known[1::-1]):
        return False
    same_sound = _sound(word) == _sound(known)
    if slips == 1:
        return len(word) >= LONG or len(word) != len(known) or same_sound or sorted(word) == sorted(known)
    return slips == 2 and len(word) > LONG and (same_sound or len(word) >= VERY_LONG)


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    """Return the consonants as they sound, each once."""
    heard = NOT_HEARD.sub("", SAME_SOUND.sub(lambda match: SOUNDS[match.group()], word))
    return "".join(letter for letter, _ in groupby(heard))


def _holds(stems: Sequence[str], phrase: Phrase) -> bool:
    """Tell whether the phrase stands in the words, in order and together."""
    size = len(phrase)
    return any(tuple(stems[at : at + size]) == phrase for at in range(len(stems) - size + 1))
