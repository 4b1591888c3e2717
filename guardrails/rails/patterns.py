"""A small pattern language over words, so that a service owner can read and change a danger rule.

`{want} [3] {die}`   a word of the concept *want*, up to three other words, then one of the concept *die*
`better off without (me|us)`   plain words; a bar gives a choice
`wander*`            any word that starts so
`now?`               a word that may be missing
`^` and `$`          the start and the end of the sentence, when the caller marks them so
`{tablets} & {count}`   both parts, in any order, in one sentence
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product, zip_longest

Span = tuple[int, int]
"""First word and the word after the last, counted from 0."""
PIECE = re.compile(r"\{(\w+)\}(\?)?|\[(\d+)\]|\(([^)]+)\)(\?)?|([a-z0-9£*]+|[\^$])(\?)?|(\S)")


class PatternProblem(ValueError):
    """A pattern cannot be read. The message says which and why."""


@dataclass(frozen=True, slots=True)
class Element:
    """One concept and how many other words may stand before it."""

    concept: str
    gap: int


Sequence_ = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sequences that must all be found in one sentence, and sequences that must not.

    `needs` are all concepts of the first kind; `rare` is the one with the fewest words, so the least often met.
    """

    parts: tuple[Sequence_, ...]
    without: tuple[Sequence_, ...]
    needs: frozenset[str]
    rare: str


class Lexicon:
    """Which words and phrases stand for which concept."""

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        self._lists = dict(concepts)
        self._single: dict[str, set[str]] = {}
        self._prefixes: list[tuple[str, str]] = []
        self._phrases: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
        """By their first and their second word: `i` alone begins hundreds, and each would be looked at for each `i`."""
        self._sizes: dict[str, int] = {}
        for name in concepts:
            self._learn(name)
        self.concepts_of = lru_cache(maxsize=8192)(self._concepts_of)

    def _learn(self, name: str) -> None:
        entries = list(self._entries(name, ()))
        # The ends of a sentence are always there, and `i` nearly so: never the rare one.
        self._sizes[name] = len(entries) + (1000 if {"^", "$", "i", "he"} & set(entries) else 0)
        for entry in entries:
            self._add(entry, name)

    def _entries(self, name: str, above: tuple[str, ...]) -> Iterable[str]:
        """The words of a concept, with `{other}` concepts opened up."""
        if name in above or name not in self._lists:
            raise PatternProblem(f"concept {{{name}}} is not defined, or refers to itself")
        for entry in self._lists[name]:
            if entry.startswith("{"):
                yield from self._entries(entry.strip("{}"), (*above, name))
            else:
                yield entry

    def _add(self, entry: str, concept: str) -> None:
        first, *rest = entry.split()
        if rest:
            self._phrases.setdefault(first, {}).setdefault(rest[0], []).append((tuple(rest), concept))
        elif entry.endswith("*"):
            self._prefixes.append((entry[:-1], concept))
        else:
            self._single.setdefault(entry, set()).add(concept)

    def vocabulary(self) -> set[str]:
        """Every whole word that any rule names."""
        later = {
            word for found in self._phrases.values() for same in found.values() for rest, _ in same for word in rest
        }
        return set(self._single) | set(self._phrases) | later | {prefix for prefix, _ in self._prefixes}

    def _concepts_of(self, word: str) -> tuple[str, ...]:
        found = set(self._single.get(word, ()))
        return tuple(found | {concept for prefix, concept in self._prefixes if word.startswith(prefix)})

    def read(self, text: str) -> tuple[Pattern, ...]:
        """Compile one line into its readings. Plain words become concepts of their own."""
        wanted, *unwanted = text.split("!")
        without = tuple(sequence for part in unwanted for sequence in self._choices(part.strip()))
        readings = product(*(self._choices(part.strip()) for part in wanted.split("&")))
        return tuple(self._pattern(parts, without) for parts in readings)

    def _pattern(self, parts: tuple[Sequence_, ...], without: tuple[Sequence_, ...]) -> Pattern:
        needs = frozenset(element.concept for sequence in parts for element in sequence)
        if not needs:
            raise PatternProblem("there is nothing to look for")
        return Pattern(parts, without, needs, min(sorted(needs), key=self._sizes.__getitem__))

    def _choices(self, part: str) -> list[Sequence_]:
        """Every reading of one sequence; a word that may be missing doubles them and hands on its gap."""
        options: list[tuple[Sequence_, int]] = [((), 0)]
        for found in PIECE.finditer(part):
            concept, maybe1, number, choice, maybe2, word, maybe3, junk = found.groups()
            if junk:
                raise PatternProblem(f"cannot read {junk!r} in {part!r}")
            if number:
                options = [(elements, gap + int(number)) for elements, gap in options]
                continue
            name = self._named(concept, choice or word)
            longer = [((*elements, Element(name, gap)), 0) for elements, gap in options]
            options = longer + options if maybe1 or maybe2 or maybe3 else longer
        return [elements for elements, _ in options if elements]

    def _named(self, concept: str | None, literal: str | None) -> str:
        if concept:
            if concept not in self._lists:
                raise PatternProblem(f"concept {{{concept}}} is not defined")
            return concept
        name = f"={literal}"
        if name not in self._lists:
            self._lists[name] = [entry.strip() for entry in str(literal).split("|")]
            self._learn(name)
            self.concepts_of.cache_clear()
        return name

    def index(self, words: Sequence[str]) -> dict[str, list[Span]]:
        """Where each concept stands in `words`."""
        found: dict[str, list[Span]] = {}
        for at, (word, following) in enumerate(zip_longest(words, words[1:], fillvalue="")):
            for concept in self.concepts_of(word):
                found.setdefault(concept, []).append((at, at + 1))
            for rest, concept in self._phrases.get(word, {}).get(following, ()):
                if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                    found.setdefault(concept, []).append((at, at + 1 + len(rest)))
        return found


def find(pattern: Pattern, index: Mapping[str, list[Span]]) -> list[Span]:
    """Where the first part of `pattern` stands, provided that all it needs is there; [] otherwise."""
    if not pattern.needs <= index.keys():
        return []
    spans = _sequence(pattern.parts[0], index)
    if not spans or not all(_sequence(part, index) for part in pattern.parts[1:]):
        return []
    return [] if any(_stands(sequence, index) for sequence in pattern.without) else spans


def _stands(elements: Sequence_, index: Mapping[str, list[Span]]) -> bool:
    return all(element.concept in index for element in elements) and bool(_sequence(elements, index))


def _sequence(elements: Sequence_, index: Mapping[str, list[Span]]) -> list[Span]:
    reached = index[elements[0].concept]
    for element in elements[1:]:
        steps = index[element.concept]
        reached = [
            (start, step_end)
            for start, end in reached
            for step_start, step_end in steps
            if end <= step_start <= end + element.gap
        ]
        if not reached:
            return []
    return reached
