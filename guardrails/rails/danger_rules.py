"""Find danger by readable rules alone. Needs no model, no vectors and no network, so it works when all else is down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rails import normalise, policy, sentences, spelling
from rails.danger_policy import CATEGORIES, DangerPolicy, Guard, Rule, Urgency
from rails.patterns import Lexicon, Pattern, PatternProblem, Span, find

FILE = "danger.yaml"
BURST_WORDS = 6
"""Lines of a burst up to this length may be one sentence sent in pieces."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that fired. Holds the rule's name, never the carer's words."""

    category: str
    urgency: Urgency
    rule: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Guard:
    where: str
    reach: int
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    hit: Hit
    scope: str
    patterns: tuple[Pattern, ...]
    guards: tuple[_Guard, ...]


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
        self._joking = self._patterns("joking", source.joking)
        spelling.learn(self._lexicon.vocabulary())

    def _patterns(self, name: str, texts: Sequence[str]) -> tuple[Pattern, ...]:
        try:
            return tuple(self._lexicon.read(text) for text in texts)
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
        hit = Hit(category, urgency, rule.name, rule.hint)
        return _Rule(hit, rule.scope, self._patterns(where, rule.say), tuple(guards[name] for name in names))

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Every rule that fires on `text`, in the order of the policy."""
        whole = normalise.words(text)
        everywhere = self._lexicon.index(whole)
        found: dict[Hit, None] = {}
        for words in _streams(text, whole):
            index = everywhere if words == whole else self._lexicon.index(words)
            found |= dict.fromkeys(rule.hit for rule in self._rules if self._fires(rule, index, everywhere))
        return tuple(found)

    def _fires(self, rule: _Rule, index: Mapping[str, list[Span]], everywhere: Mapping[str, list[Span]]) -> bool:
        place = everywhere if rule.scope == "message" else index
        for pattern in rule.patterns:
            spans = find(pattern, place)
            if spans and any(not self._guarded(rule, span, place, everywhere) for span in spans):
                return True
        return False

    def _guarded(
        self, rule: _Rule, span: Span, index: Mapping[str, list[Span]], everywhere: Mapping[str, list[Span]]
    ) -> bool:
        return any(_blocks(guard, span, index, everywhere) for guard in rule.guards)

    def joking(self, text: str) -> bool:
        """True when the message takes back what was said before."""
        index = self._lexicon.index(normalise.words(text))
        return any(find(pattern, index) for pattern in self._joking)


def _blocks(guard: _Guard, span: Span, index: Mapping[str, list[Span]], everywhere: Mapping[str, list[Span]]) -> bool:
    place = everywhere if guard.where == "message" else index
    near = [found for pattern in guard.patterns for found in find(pattern, place)]
    if guard.where in ("sentence", "message"):
        return bool(near)
    reach = guard.reach if guard.where == "before" else 0
    return any(start < span[1] and end > span[0] - reach for start, end in near)


def _streams(text: str, whole: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The word lists to read: each sentence, and short lines of a burst joined up."""
    pieces = [normalise.words(piece) for piece in sentences.split(text)]
    if len(pieces) <= 1:
        return [whole]
    lines = text.splitlines()
    if len(lines) > 1 and min(len(line.split()) for line in lines) <= BURST_WORDS:
        return [*pieces, whole]
    return pieces


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules of the shipped policy, compiled once."""
    return Rules(policy.read(FILE, DangerPolicy))
