"""The checks on what a carer wrote, as plain functions in one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rails import intent, languages, personal_data, registry, screening
from rails.danger_rules import Hit
from rails.intent import IntentFound
from rails.languages import LanguageFound
from rails.personal_data import Span
from rails.screening import Message, Screening
from rails.verdict import Result, Verdict


@dataclass(frozen=True)
class Incoming:
    """One burst of messages and what the input rails need to judge it."""

    text: str
    vectors: tuple[Sequence[float], ...] = ()
    earlier: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    @cached_property
    def message(self) -> Message:
        """The same burst as the danger checks read it, once for both."""
        return Message(self.text, self.vectors, self.earlier)


@dataclass(frozen=True, slots=True)
class Checked:
    """What all input rails found. `intent` and `spans` are None when that rail could not run."""

    screening: Screening
    intent: IntentFound | None
    spans: tuple[Span, ...] | None
    verdicts: tuple[Verdict, ...]


def _rules(message: Incoming) -> tuple[tuple[Hit, ...], Verdict]:
    return screening.judge("danger_rules", lambda: screening.by_words(message.message))


def _classifier(message: Incoming) -> tuple[tuple[Hit, ...], Verdict]:
    return screening.judge("danger_classifier", lambda: screening.by_meaning(message.message))


def _soft_line(message: Incoming) -> tuple[None, Verdict]:
    return None, screening.by_nearness(message.message)


def _languages(message: Incoming) -> tuple[LanguageFound, Verdict]:
    found = languages.look(message.text)
    return found, found.verdict


def _intent(message: Incoming) -> tuple[IntentFound, Verdict]:
    found = intent.classify(message.text, message.vectors)
    return found, found.verdicts[0]


def _personal_data(message: Incoming) -> tuple[tuple[Span, ...], Verdict]:
    spans = personal_data.find(message.text, message.keep)
    if not spans:
        return spans, Verdict("personal_data", Result.PASS)
    kinds = sorted({span.type for span in spans})
    return spans, Verdict("personal_data", Result.FAIL, f"{len(spans)} found: {', '.join(kinds)}")


registry.add(registry.INPUT, "danger_rules", _rules)
registry.add(registry.INPUT, "danger_classifier", _classifier)
registry.add(registry.INPUT, screening.NEARNESS, _soft_line)
registry.add(registry.INPUT, "other_languages", _languages)
registry.add(registry.INPUT, "intent", _intent)
registry.add(registry.INPUT, "personal_data", _personal_data)
