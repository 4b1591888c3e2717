"""Which clauses of guidance a clause of the reply speaks about. Words that many clauses share count for less."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from operator import itemgetter

from rails.polarity import Clause, clauses
from rails.reply_text import content, meanings

BEFORE = 0.6
"""Weight of a word that only the sentence before holds, where `it` or `they` points back to it."""
NEVER_USED = 0.6
"""Weight of a word of the reply that guidance does not hold."""
WITH_SENTENCE = 0.5
WITH_PASSAGE = 0.5
"""How much the whole sentence and the whole passage count beside the clause."""
SAME_LEAD = 0.1
"""How much it counts that both speak of the same thing being allowed, denied or required."""
POINTS_BACK = re.compile(r"\b(?:it|its|this|they|them|their|one|these|that|those|he|she)\b", re.IGNORECASE)


DENYING = re.compile(
    r"\b(?:not|no|never|nobody|none|without|unpaid|unable|ineligible|refuse|only|except|instead|rather|stops?|cannot|can't|choose|choice|optional|even if|free to|up to you|may|unless)\b|n't\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One clause of guidance, with what its sentence and the sentences that it points back to speak about."""

    clause: Clause
    sentence: frozenset[str]
    before: frozenset[str]
    at: tuple[int, int]
    """The numbers of its passage and sentence."""
    denies: bool = False
    """Whether its sentence denies, forbids or frees anything, or leaves a choice."""


class Guide:
    """All clauses of guidance, with the weight of each word."""

    def __init__(self, passages: tuple[tuple[str, ...], ...]) -> None:
        self.passages = passages

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for at, passage in enumerate(self.passages) for place in _places(at, passage))

    @cached_property
    def often(self) -> Counter[str]:
        """In how many clauses each stem, or one that means the same, stands."""
        return Counter(word for place in self.places for word in place.clause.known)

    @cached_property
    def whole(self) -> tuple[frozenset[str], ...]:
        """All that each passage speaks about."""
        return tuple(meanings(frozenset().union(*map(content, passage))) for passage in self.passages)

    @cached_property
    def weights(self) -> dict[str, float]:
        """1 for a rare word, falling as more clauses hold it."""
        return {word: 1 / sqrt(count) for word, count in self.often.items()}

    def nearness(self, words: frozenset[str], known: frozenset[str], before: frozenset[str] = frozenset()) -> float:
        """The weighted share of `words` that a place holds, from 0 to 1."""
        total = held = 0.0
        weights = self.weights
        for word in words:
            weight = weights.get(word, NEVER_USED)
            total += weight
            if word in known:
                held += weight
            elif word in before:
                held += BEFORE * weight
        return held / total if total else 0.0

    def near(self, clause: Clause, sentence: frozenset[str], least: float) -> list[tuple[float, Place]]:
        """The places for a clause of a sentence, best first, each with its score.

        A place that shares what the clause, or the place itself, allows, denies or requires counts as nearer.

        Args:
            clause: The reply's clause.
            sentence: The stems of its whole sentence.
            least: The least share of the clause that a place must hold.
        """
        words = frozenset(clause.marks)
        meant = meanings(words)
        scored = []
        for place in self.places:
            near = self.nearness(words, place.clause.known, place.before)
            if near >= least and not words.isdisjoint(place.clause.known):
                around = WITH_SENTENCE * self.nearness(sentence, place.sentence, place.before)
                around += WITH_PASSAGE * self.nearness(sentence, self.whole[place.at[0]])
                same_lead = clause.lead & place.clause.known or place.clause.lead & meant
                scored.append((near + around + (SAME_LEAD if same_lead else 0.0), place))
        return sorted(scored, key=itemgetter(0), reverse=True)


def _places(at: int, passage: tuple[str, ...]) -> Iterator[Place]:
    first = meanings(content(passage[0])) if passage else frozenset()
    last = first
    for number, sentence in enumerate(passage):
        whole = meanings(content(sentence))
        before = first | last if POINTS_BACK.search(sentence) else frozenset()
        denying = bool(DENYING.search(sentence))
        for clause in () if sentence.endswith("?") else clauses(sentence):
            yield Place(clause, whole, before | whole, (at, number), denying)
        last = whole
