"""The policy of an output rail: what it is for, what follows a failure, and the phrases that it looks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Self

from pydantic import Field, model_validator

from rails import policy

SENTENCES_KEPT = 4096


class PhraseRule(policy.Strict):
    """Phrases of one kind. Patterns are regular expressions on lower-case text; `{name}` stands for a list in `words`."""

    kind: str = Field(min_length=3)
    says: list[str] = Field(min_length=1)
    unless: list[str] = Field(default_factory=list)
    even_if_quoted: bool = False
    even_if_negated: bool = True
    case: bool = False
    at_start: bool = False
    unless_sourced: str = ""
    """Words of which guidance must hold one, for the phrase to be let through."""
    unless_guidance: list[str] = Field(default_factory=list)
    """Patterns of which guidance must show one, as lower-case words, for the phrase to be let through."""


class Example(policy.Strict):
    """One draft that a test holds the rail to."""

    reply: str
    question: str = ""
    passages: list[str] = Field(default_factory=list)


class ReplyPolicy(policy.RailPolicy):
    """A rail on a draft reply. `on_fail` is `block` or `fix`; examples are drafts over the same question and passages."""

    question: str = ""
    passages: list[str] = Field(default_factory=list)
    words: dict[str, str] = Field(default_factory=dict)
    rules: list[PhraseRule] = Field(default_factory=list)

    @cached_property
    def compiled(self) -> tuple["Phrases", ...]:
        """The rules as patterns, in order."""
        choices = {name: f"(?:{'|'.join(one.strip() for one in text.split(','))})" for name, text in self.words.items()}
        return tuple(Phrases(rule, choices) for rule in self.rules)

    @model_validator(mode="after")
    def patterns_can_be_read(self) -> Self:
        """A pattern that cannot be read would be found out by the first reply that is checked."""
        _ = self.compiled
        return self

    @cached_property
    def broken_by(self) -> Callable[[str, bool], tuple["Phrases", ...]]:
        """Give the rules that one sentence breaks, and whether it is quoted. Guidance says the same sentences again and again."""
        return lru_cache(maxsize=SENTENCES_KEPT)(self._broken_by)

    def _broken_by(self, text: str, quoted: bool) -> tuple["Phrases", ...]:
        return tuple(rule for rule in self.compiled if (rule.even_if_quoted or not quoted) and rule.found_in(text))


class Phrases:
    """A compiled rule. `choices` has a pattern for each name that one of the rule's may hold."""

    def __init__(self, rule: PhraseRule, choices: Mapping[str, str]) -> None:
        self.kind = rule.kind
        self.even_if_quoted = rule.even_if_quoted
        self.even_if_negated = rule.even_if_negated
        self.says = _whole(rule.says, choices, rule.case, rule.at_start)
        self.unless = _whole(rule.unless, choices, rule.case) if rule.unless else None
        self.unless_sourced = frozenset(rule.unless_sourced.split())
        self.unless_guidance = _whole(rule.unless_guidance, choices, rule.case) if rule.unless_guidance else None

    def found_in(self, text: str) -> bool:
        """Whether one sentence breaks the rule. Advice *not* to do a thing does not count as advising it."""
        if not (found := self.says.search(text)):
            return False
        if self.unless and self.unless.search(text):
            return False
        return self.even_if_negated or not NEGATED.search(text[: found.start()])

    def is_sourced(self, guidance: str) -> bool:
        """Whether guidance itself says what makes the phrase harmless: its lower-case words, with single spaces."""
        if any(f" {word} " in guidance for word in self.unless_sourced):
            return True
        return bool(self.unless_guidance and self.unless_guidance.search(guidance))


NEGATED = re.compile(
    r"(?:\b(?:never|not|don't|cannot|can't|avoid|nobody|no one|without|shouldn't|mustn't|wrong to|illegal to|unsafe to|stop|refuse to|"
    r"against the law to|instead of|rather than|neither|if (?:someone|anyone|they)|worried (?:that|about)|tempted to|safe to)\b(?:(?!, (?:so|but)\b)[^.;!?]){0,40})$",
    re.IGNORECASE,
)


LEAD_IN = (
    r"^\W*(?:(?:and|but|so|yes|no|ok|okay|oh|well|also|then|of course|please|i see|first|hello|hi)\b[\s,.!-]*){0,3}"
)


def _whole(patterns: Sequence[str], choices: Mapping[str, str], case: bool, at_start: bool = False) -> re.Pattern[str]:
    """One pattern out of many, on whole words; at the start of the sentence when so asked."""
    return policy.pattern(patterns, choices, LEAD_IN if at_start else r"(?<!\w)", r"(?!\w)", case=case)


def read(name: str) -> ReplyPolicy:
    """The policy of one output rail, `policy/reply_<name>.yaml`, as it is in force."""
    return _reader(name)()


@lru_cache
def _reader(name: str) -> Callable[[], ReplyPolicy]:
    file = f"reply_{name}.yaml"
    return policy.each(file)(lambda: policy.read(file, ReplyPolicy))
