"""Name sentences that say nearly what published guidance says, with another figure or the other way round."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.documents import Document
from knowledge_base.figures import SENTENCE_END
from knowledge_base.words import tokens

ALIKE = 0.75
"""Share of words that two sentences have in common to be about the same thing."""
FEWEST = 4
"""Words that a sentence needs before it is compared."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
GAP = re.compile(r"\{[a-z_]+(?:\.[a-z_]+)?\}")
"""A placeholder, which the council's own contacts fill."""
NOT = re.compile(r"\b(?:not|no|never|nobody|none|cannot|nothing|without|don't|can't|won't|isn't|aren't|doesn't)\b")
OPPOSITES = ("more less", "before after", "always never", "can cannot", "free charge", "over under", "must may")
"""Words of which one in the place of the other turns a sentence round."""
SIDES = {word: (at, side) for at, pair in enumerate(OPPOSITES) for side, word in enumerate(pair.split())}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: its words without figures, its figures, and which way round it is."""

    text: str
    words: frozenset[str]
    figures: tuple[str, ...]
    negated: bool
    sides: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, text: str) -> "Said":
        plain = text.lower().replace("’", "'")
        words = frozenset(one for one in tokens(NUMBER.sub(" ", plain)) if one not in SIDES and not NOT.fullmatch(one))
        sides = frozenset(SIDES[one] for one in re.findall(r"[a-z]+", plain) if one in SIDES)
        figures = tuple(sorted(one.rstrip(".,").replace(",", "") for one in NUMBER.findall(plain)))
        return cls(text.strip(), words, figures, len(NOT.findall(plain)) % 2 == 1, sides)

    def is_like(self, other: "Said") -> bool:
        """Whether both are about the same thing."""
        return len(self.words & other.words) >= ALIKE * len(self.words | other.words)

    def is_turned_against(self, other: "Said") -> bool:
        """Whether one denies what the other says, or has the opposite of one of its words. A word that one lacks is no opposite."""
        opposite = frozenset((pair, 1 - side) for pair, side in self.sides)
        return self.negated != other.negated or bool(opposite & other.sides - self.sides)

    def agrees_with(self, other: "Said") -> bool:
        return self.figures == other.figures and not self.is_turned_against(other)


def contradicted(body: str, others: Sequence[Document]) -> Iterator[tuple[str, Document, str]]:
    """Give each sentence of a text that stands against one of the documents, with the document and its sentence.

    A sentence that some document says just so stands; one that only adds or leaves out a figure does too.
    """
    for mine, document, said in _contradicted(body, tuple(one.body for one in others)):
        yield mine, others[document], said


@lru_cache(maxsize=256)
def _contradicted(body: str, others: tuple[str, ...]) -> list[tuple[str, int, str]]:
    theirs, places = _index(others)
    found = []
    for mine in _sentences(GAP.sub("…", body)):
        shared = Counter(at for word in mine.words for at in places.get(word, ()))
        near = [at for at, count in shared.items() if count >= ALIKE * len(mine.words) and mine.is_like(theirs[at][1])]
        if not any(mine.agrees_with(theirs[at][1]) for at in near):
            for document, one in (theirs[at] for at in near[:1]):
                if mine.is_turned_against(one) or (mine.figures and one.figures and mine.figures != one.figures):
                    found.append((mine.text, document, one.text))
    return found


@lru_cache(maxsize=2)
def _index(bodies: tuple[str, ...]) -> tuple[list[tuple[int, Said]], dict[str, list[int]]]:
    """Return every sentence with the place of its text, and where each word stands among the sentences."""
    said = [(number, one) for number, body in enumerate(bodies) for one in _sentences(body)]
    places = defaultdict[str, list[int]](list)
    for at, (_, one) in enumerate(said):
        for word in one.words:
            places[word].append(at)
    return said, places


@lru_cache(maxsize=4096)
def _sentences(body: str) -> tuple[Said, ...]:
    """The sentences of a text that are long enough to compare; its headings only ask."""
    lines = (line.strip().lstrip("-* ") for line in body.split("\n") if not line.startswith("#"))
    said = (Said.of(part) for line in lines for part in SENTENCE_END.split(line))
    return tuple(one for one in said if len(one.words) >= FEWEST)
