"""Widen a question's words: synonyms that carers use, and light repair of spelling."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import yaml
from rapidfuzz import fuzz, process

from knowledge_base.words import STOP, split, stem, tokens

SHORTEST = 5
"""Words with fewer letters are never repaired: too many other words are near."""
NEAREST = 84.0
"""Least likeness (0 to 100) at which a word counts as a misspelling of another."""


Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A question's stems as asked (repaired), and the stems that its synonyms add."""

    asked: tuple[str, ...]
    added: tuple[str, ...] = ()
    instead: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """For an asked stem that is part of a known phrase: phrases that mean the same."""

    def is_met(self, word: str, words: frozenset[str]) -> bool:
        """Tell whether a text that holds `words` holds this asked word, or a phrase that stands for it."""
        return word in words or any(words >= set(phrase) for phrase in self.instead.get(word, ()))


@cache
def synonym_groups() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Read the editable list: groups of phrases, each phrase as stems."""
    data = yaml.safe_load(resources.files("knowledge_base").joinpath("synonyms.yaml").read_text("utf-8"))
    return tuple(tuple(dict.fromkeys(tuple(tokens(str(phrase))) for phrase in group)) for group in data["groups"])


def widen(text: str, vocabulary: Collection[str]) -> Wording:
    """Repair the words of a question against the guidance's own words, then add synonyms."""
    asked = [repair(word, vocabulary) for word in split(text) if word not in STOP]
    added: dict[str, None] = {}
    instead: dict[str, tuple[Phrase, ...]] = {}
    for group in synonym_groups():
        for phrase in group:
            if _holds(asked, phrase):
                others = tuple(other for other in group if other != phrase)
                instead.update({word: (*instead.get(word, ()), *others) for word in phrase})
                added.update(dict.fromkeys(word for other in others for word in other if word not in asked))
    return Wording(tuple(asked), tuple(added), instead)


def repair(word: str, vocabulary: Collection[str]) -> str:
    """Return the stem of a word, or the nearest known stem when the word looks misspelt."""
    stemmed = stem(word)
    if stemmed in vocabulary or len(word) < SHORTEST or not word.isalpha():
        return stemmed
    return _nearest(stemmed, vocabulary) or stemmed


def _nearest(stemmed: str, vocabulary: Iterable[str]) -> str:
    """Find the likeliest known stem that starts with the same letter: slips rarely touch the first."""
    candidates = [known for known in vocabulary if known[:1] == stemmed[:1] and abs(len(known) - len(stemmed)) <= 2]
    found = process.extractOne(stemmed, candidates, scorer=fuzz.ratio, score_cutoff=NEAREST)
    return str(found[0]) if found else ""


def _holds(words: list[str], phrase: tuple[str, ...]) -> bool:
    """Tell whether the phrase's stems stand in the words, in order and together."""
    size = len(phrase)
    return bool(phrase) and any(tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))
