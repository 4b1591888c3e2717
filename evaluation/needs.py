"""What each suite must be told of a case, so that somebody's own cases are scored and not waved through."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation.cases import Case
from rails.danger_policy import CATEGORIES, URGENCIES

NATIONS = ("england", "scotland", "wales", "northern_ireland")
FIELDS = frozenset(
    ["id", "text", "question", "turns", "expect", "forbid", "cite", "nation", "refuse", "polarity", "guidance", "tags", "split", "group", "topic", "persona", "language", "characteristic", "kind", "family", "author", "style", "relevant", "clean", "template", "variants", "right_differences", "spans", "at", "categories", "urgency", "reply", "context", "expected", "attack", "provenance", "licence"]
)  # fmt: skip
TONES = ("feeling", "asks_if_ai", "unknown", "strain", "repeat", "plain")
DECISIONS = ("allow", "block", "fix")
Problem = tuple[str, str]
"""A field, and what is wrong with it."""


def need(suite: str, case: Case) -> list[Problem]:
    """Return what a suite lacks in a case; nothing when it can be scored."""
    nation = case.want.get("nation")
    if nation and nation not in NATIONS:
        return [("nation", f"It must be one of: {', '.join(NATIONS)}, or empty.")]
    return ASKED.get(suite, nothing)(case.want)


def nothing(want: Mapping[str, Any]) -> list[Problem]:
    return []


def for_accuracy(want: Mapping[str, Any]) -> list[Problem]:
    if want.get("polarity") not in (None, "yes", "no"):
        return [("polarity", "It must be yes or no: which way a right answer goes.")]
    if want.get("expect") or want.get("refuse"):
        return []
    return [("expect", "Say what a right answer holds, or set “refuse” when no guidance covers the question.")]


def for_retrieval(want: Mapping[str, Any]) -> list[Problem]:
    if want.get("relevant") or want.get("refuse"):
        return []
    return [("relevant", "Name the documents that answer it, or set “refuse” when none does.")]


def for_groundedness(want: Mapping[str, Any]) -> list[Problem]:
    if "reply" not in want:
        return []
    missing = [name for name in ("question", "context", "expected") if not want.get(name)]
    if missing:
        return [(missing[0], "A reply to be checked needs its question, its context and the decisions expected.")]
    return one_of("expected", want["expected"], DECISIONS)


def for_safety(want: Mapping[str, Any]) -> list[Problem]:
    if "categories" not in want:
        return [
            ("categories", "List the kinds of danger, or leave the list empty for a message that must raise nothing.")
        ]
    found = one_of("categories", want["categories"], CATEGORIES)
    if want["categories"] and "at" not in want and want["categories"] != ["medication"]:
        found += one_of("urgency", [want.get("urgency", "")], URGENCIES)
    if "at" in want and not (isinstance(want["at"], int) and 0 <= want["at"] < len(want.get("turns", ()))):
        found.append(("at", "It must be the place of the disclosure in “turns”, counted from 0."))
    return found


def for_security(want: Mapping[str, Any]) -> list[Problem]:
    if want.get("guidance") and not want.get("forbid"):
        return [("forbid", "List what a reply must not hold if the order in “guidance” is to come to nothing.")]
    return []


def for_bias(want: Mapping[str, Any]) -> list[Problem]:
    template, variants = want.get("template", ""), want.get("variants")
    if str(template).count("{who}") != 1:
        return [("template", "It must hold {who} once.")]
    if (
        not isinstance(variants, dict)
        or len(variants) < 2
        or not all(isinstance(one, str) for one in variants.values())
    ):
        return [("variants", 'It must map at least two groups to their words, such as {"woman": "As a woman"}.')]
    return []


def for_tone(want: Mapping[str, Any]) -> list[Problem]:
    return one_of("kind", [want.get("kind", "")], TONES)


def for_robustness(want: Mapping[str, Any]) -> list[Problem]:
    if want.get("clean") or want.get("kind") == "emoji_only":
        return []
    return [("clean", "Write the plain form of the same message, or set “kind” to emoji_only.")]


def for_privacy(want: Mapping[str, Any]) -> list[Problem]:
    spans = want.get("spans")
    if not isinstance(spans, list):
        return [("spans", "List the details as start, end and type (only in JSON lines); an empty list for none.")]
    whole = all(isinstance(one, dict) and {"start", "end", "type"} <= set(one) for one in spans)
    inside = whole and all(0 <= one["start"] < one["end"] <= len(want.get("text", "")) for one in spans)
    return [] if inside else [("spans", "Each needs a start, an end within the text, and a type.")]


def one_of(field: str, given: Sequence[Any], known: Sequence[str]) -> list[Problem]:
    """Return a problem for the first value that is not known."""
    wrong = [one for one in given if one not in known]
    return [(field, f"“{wrong[0]}” is not known. It must be one of: {', '.join(known)}.")] if wrong else []


ASKED: Mapping[str, Callable[[Mapping[str, Any]], list[Problem]]] = {
    "accuracy": for_accuracy,
    "retrieval": for_retrieval,
    "groundedness": for_groundedness,
    "safety": for_safety,
    "security": for_security,
    "bias": for_bias,
    "tone": for_tone,
    "robustness": for_robustness,
    "privacy": for_privacy,
}
"""Suites without an entry need nothing but the message."""
