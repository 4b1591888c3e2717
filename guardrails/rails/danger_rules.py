"""Find danger by readable rules alone. Needs no model, no vectors and no network, so it works when all else is down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rails import normalise, policy, spelling
from rails.danger_policy import CATEGORIES, DangerPolicy, Guard, Plain, Rule, Urgency
from rails.patterns import Lexicon, Pattern, PatternProblem, Span, find
from rails.reading import Reading

FILE = "danger.yaml"


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that fired. Holds the rule's name, never the carer's words. `score` is the chance of the category."""

    category: str
    urgency: Urgency
    rule: str
    hint: str = ""
    score: float = 1.0
    sign: bool = False


@dataclass(frozen=True, slots=True)
class _Guard:
    where: str
    reach: int
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    hit: Hit
    patterns: tuple[Pattern, ...]
    guards: tuple[_Guard, ...]


class Whole:
    """Tells a message that is made of certain words alone. What it lists is no word that slips are corrected by."""

    def __init__(self, source: Plain) -> None:
        self._needs = {str(place): words for place, words in enumerate(source.needs)}
        self._lexicon = Lexicon({"words": source.words} | self._needs)
        self._words = frozenset(self._lexicon.vocabulary())

    def is_all_of(self, words: Sequence[str]) -> bool:
        """Whether every word is listed, and all that is needed is there."""
        if not all(word in self._words or self._lexicon.concepts_of(word) for word in words):
            return False  # nearly every message ends here, before its phrases are looked for
        found = self._lexicon.index(words)
        covered = {at for spans in found.values() for start, end in spans for at in range(start, end)}
        return self._needs.keys() <= found.keys() and len(covered) == len(words)


class Rules:
    """The compiled rules of one policy."""

    def __init__(self, source: DangerPolicy) -> None:
        self._lexicon = Lexicon(source.concepts)
        guards = {name: self._guard(name, guard) for name, guard in source.guards.items()}
        self._rules = [
            self._rule(category, urgency, rule, guards, kind.unless)
            for category, kind in source.categories.items()
            for urgency, rule in kind.rules()
        ]
        self._by_concept: dict[str, list[tuple[int, Pattern]]] = {}
        for number, rule in enumerate(self._rules):
            for pattern in rule.patterns:
                self._by_concept.setdefault(pattern.rare, []).append((number, pattern))
        self._joking = self._patterns("joking", source.joking)
        self._plain = tuple(Whole(one) for one in source.plain.values())
        self._acknowledging, self._calling = Whole(source.acknowledging), Whole(source.calling)
        self._intending = Whole(source.intending)
        spelling.learn(self._lexicon.vocabulary())

    def _patterns(self, name: str, texts: Sequence[str]) -> tuple[Pattern, ...]:
        try:
            return tuple(pattern for text in texts for pattern in self._lexicon.read(text))
        except PatternProblem as error:
            raise policy.PolicyProblem(f"{FILE}: {name}: {error}. Correct the pattern.") from error

    def _guard(self, name: str, guard: Guard) -> _Guard:
        return _Guard(guard.where, guard.reach, self._patterns(f"guard {name}", guard.say))

    def _rule(
        self, category: str, urgency: Urgency, rule: Rule, guards: Mapping[str, _Guard], usual: list[str]
    ) -> _Rule:
        where = f"{category}, rule {rule.name!r}"
        if category not in CATEGORIES:
            raise policy.PolicyProblem(f"{FILE}: {category} is no category. Use one of: {', '.join(CATEGORIES)}.")
        names = usual if rule.unless is None else rule.unless
        for name in names:
            if name not in guards:
                raise policy.PolicyProblem(f"{FILE}: {where}: no guard {name!r}. Add it under guards, or drop it.")
        hit = Hit(category, urgency, rule.name, rule.hint, sign=rule.sign)
        return _Rule(hit, self._patterns(where, rule.say), tuple(guards[name] for name in names))

    def hits(self, reading: Reading) -> tuple[Hit, ...]:
        """Every rule that fires on a message, in the order of the policy."""
        everywhere = self._index(reading.whole)
        found: set[int] = set()
        for words in reading.streams:
            index = everywhere if words is reading.whole else self._index(words)
            found |= self._fired(index, everywhere)
        return tuple(dict.fromkeys(self._rules[number].hit for number in sorted(found)))

    def _fired(self, index: Mapping[str, list[Span]], everywhere: Mapping[str, list[Span]]) -> set[int]:
        """Numbers of the rules that fire. Only patterns whose rarest concept is present are tried."""
        found: set[int] = set()
        for concept in index:
            for number, pattern in self._by_concept.get(concept, ()):
                if number not in found and self._fires(self._rules[number], pattern, index, everywhere):
                    found.add(number)
        return found

    def _index(self, words: tuple[str, ...]) -> dict[str, list[Span]]:
        """Where each concept stands. `^` and `$` mark the ends of the sentence."""
        return self._lexicon.index(("^", *words, "$"))

    def _fires(
        self, rule: _Rule, pattern: Pattern, index: Mapping[str, list[Span]], everywhere: Mapping[str, list[Span]]
    ) -> bool:
        spans = find(pattern, index)
        return any(not any(_blocks(guard, span, index, everywhere) for guard in rule.guards) for span in spans)

    def joking(self, text: str) -> bool:
        """True when the message takes back what was said before."""
        index = self._index(normalise.words(text))
        return any(find(pattern, index) for pattern in self._joking)

    def plain(self, words: Sequence[str]) -> bool:
        """Whether a whole message is one that says nothing of danger, whatever it sounds like."""
        return any(one.is_all_of(words) for one in self._plain)

    def acknowledges(self, words: Sequence[str]) -> bool:
        """Whether the message only says that a reply was read."""
        return self._acknowledging.is_all_of(words)

    def intends(self, words: Sequence[str]) -> bool:
        """Whether the message says no more than that something will be done, or was."""
        return self._intending.is_all_of(words)

    def calls(self, words: Sequence[str]) -> bool:
        """Whether the message is a cry for help and says no more."""
        return self._calling.is_all_of(words)


def _blocks(guard: _Guard, span: Span, index: Mapping[str, list[Span]], everywhere: Mapping[str, list[Span]]) -> bool:
    place = everywhere if guard.where == "message" else index
    near = [found for pattern in guard.patterns for found in find(pattern, place)]
    if guard.where in ("sentence", "message"):
        return bool(near)
    reach = guard.reach if guard.where == "before" else 0
    return any(start < span[1] and end > span[0] - reach for start, end in near)


@policy.each(FILE)
def rules() -> Rules:
    """The rules in force, compiled once for each wording of the policy."""
    return Rules(policy.read(FILE, DangerPolicy))


def acknowledges(text: str) -> bool:
    """Whether a message only says that a reply was read."""
    return rules().acknowledges(normalise.words(text))
