"""Widen a question's words: the guidance's names for what carers say, and light repair of spelling."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

import yaml
from rapidfuzz import fuzz, process

from knowledge_base.embedding import default_model
from knowledge_base.words import STOP, split, stem, tokens

Phrase = tuple[str, ...]

SHORTEST = 4
"""Words with fewer letters are never repaired: too many other words are near."""
NEAREST = 80.0
"""Least likeness (0 to 100) at which a word counts as a misspelling of another."""


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


@dataclass(frozen=True, slots=True)
class Synonym:
    """What carers say, as stems of all its words, and the stems that count of what the guidance calls it."""

    said: Phrase
    name: Phrase


@cache
def synonyms() -> dict[str, tuple[Synonym, ...]]:
    """Read the editable list, by the first stem of what carers say."""
    data = yaml.safe_load(resources.files("knowledge_base").joinpath("synonyms.yaml").read_text("utf-8"))
    by_first: dict[str, tuple[Synonym, ...]] = {}
    for name, all_said in data.items():
        for said in all_said:
            stems = tuple(stem(word) for word in split(str(said)))
            by_first[stems[0]] = (*by_first.get(stems[0], ()), Synonym(stems, tuple(tokens(str(name)))))
    return by_first


@cache
def everyday_words() -> frozenset[str]:
    """Common English words, from the model's own word list: none of them is a misspelling."""
    words = (default_model() / "vocab.txt").read_text("utf-8").split("\n")
    return frozenset(word for word in words if len(word) >= SHORTEST and word.isascii() and word.isalpha())


def widen(text: str, vocabulary: frozenset[str]) -> Wording:
    """Repair the words of a question against the guidance's own words, then add the guidance's names."""
    words = split(text)
    stems = [repair(word, vocabulary) for word in words]
    asked = [found for word, found in zip(words, stems, strict=True) if word not in STOP]
    added: dict[str, None] = {}
    instead: dict[str, tuple[Phrase, ...]] = {}
    for one in _synonyms_in(stems):
        instead.update({word: (*instead.get(word, ()), one.name) for word in one.said})
        added.update(dict.fromkeys(word for word in one.name if word not in asked))
    return Wording(tuple(asked), tuple(added), instead)


def _synonyms_in(stems: Sequence[str]) -> Iterator[Synonym]:
    """Give each synonym that stands in the words, in order and together, once."""
    for at, first in enumerate(stems):
        if first in stems[:at]:
            continue
        yield from (one for one in synonyms().get(first, ()) if _holds(stems, one.said))


@lru_cache(maxsize=10_000)
def repair(word: str, vocabulary: frozenset[str]) -> str:
    """Return the stem of a word, or the nearest known stem when the word looks misspelt."""
    stemmed = stem(word)
    if stemmed in vocabulary or len(word) < SHORTEST or not word.isalpha() or word in everyday_words():
        return stemmed
    return _nearest(stemmed, vocabulary) or stemmed


def _nearest(stemmed: str, vocabulary: Iterable[str]) -> str:
    """Find the likeliest known stem that starts with the same letter: slips rarely touch the first."""
    candidates = [known for known in vocabulary if known[:1] == stemmed[:1] and abs(len(known) - len(stemmed)) <= 2]
    found = process.extractOne(stemmed, sorted(candidates), scorer=fuzz.ratio, score_cutoff=NEAREST)
    return str(found[0]) if found else ""


def _holds(stems: Sequence[str], phrase: Phrase) -> bool:
    """Tell whether the phrase stands in the words, in order and together."""
    size = len(phrase)
    return any(tuple(stems[at : at + size]) == phrase for at in range(len(stems) - size + 1))
