"""Decide whether a message shows danger, to whom it belongs, and how fast a person must look.

Two rails look at every message. `danger_rules` reads the words: readable rules and a small model of words.
`danger_classifier` reads the meaning: a small model on the message's vectors. Either is enough to raise danger,
and one that cannot run says so; it never counts as a pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rails import danger_model
from rails.danger_policy import CATEGORIES
from rails.danger_rules import Hit, rules
from rails.verdict import Result, Verdict

RANK = {"none": 0, "urgent": 1, "emergency": 2}
EARLIER_MESSAGES = 4
EARLIER_WORDS = 80
"""How far back a message is read together with what came before it."""
MOST_CATEGORIES = 4
QUIET = ("medication",)
"""Categories that alone are declined and signposted, not raised as urgent."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What was found. `hints`: `other` = said about another person; `young` = the writer may be under 18."""

    categories: tuple[str, ...]
    urgency: str
    verdicts: tuple[Verdict, ...]
    hints: tuple[str, ...] = ()

    @property
    def danger(self) -> bool:
        """True when a person must look."""
        return self.urgency != "none"


def screen(text: str, vectors: Sequence[Sequence[float]] = (), earlier: Sequence[str] = ()) -> Screening:
    """Screen one burst of messages.

    Args:
        text: What the carer wrote, one message a line.
        vectors: Unit vectors of the whole text, then of `sentences.split(text)`. Empty when the embedder is down.
        earlier: The carer's earlier messages, newest last.
    """
    word_hits, words_verdict = judge("danger_rules", lambda: by_words(text, earlier))
    meaning_hits, meaning_verdict = judge("danger_classifier", lambda: by_meaning(text, vectors))
    return combine([*word_hits, *meaning_hits], (words_verdict, meaning_verdict))


def judge(rail: str, look: Callable[[], tuple[Hit, ...]]) -> tuple[tuple[Hit, ...], Verdict]:
    """Run one rail. Whatever goes wrong inside it becomes an error verdict, and the other rail still decides."""
    try:
        hits = look()
    except Exception as problem:
        return (), Verdict(rail, Result.ERROR, f"{type(problem).__name__}: {problem}"[:200])
    if not hits:
        return (), Verdict(rail, Result.PASS)
    reasons = dict.fromkeys(f"{hit.category} ({hit.urgency}): {hit.rule}" for hit in hits)
    return hits, Verdict(rail, Result.FAIL, "; ".join(reasons))


def by_words(text: str, earlier: Sequence[str] = ()) -> tuple[Hit, ...]:
    """What the words show: by rule and by the small model of words, in this message or together with earlier ones."""
    now = _words_alone(text)
    return now or _with_earlier(text, earlier)


def _words_alone(text: str) -> tuple[Hit, ...]:
    return (*rules().hits(text), *danger_model.word_hits(text))


def _with_earlier(text: str, earlier: Sequence[str]) -> tuple[Hit, ...]:
    """What the message means after the ones before it: sent in pieces, or taken back with a joke."""
    before = _recent(earlier)
    if not before:
        return ()
    known = _words_alone("\n".join(before))
    if rules().joking(text):
        return tuple(
            Hit(h.category, "urgent" if h.urgency == "emergency" else h.urgency, "taken back", h.hint) for h in known
        )
    if known:
        return ()
    return _words_alone("\n".join([*before, text]))


def _recent(earlier: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for message in reversed(earlier[-EARLIER_MESSAGES:]):
        if sum(len(one.split()) for one in kept) + len(message.split()) > EARLIER_WORDS:
            break
        kept.insert(0, message)
    return kept


def by_meaning(text: str, vectors: Sequence[Sequence[float]]) -> tuple[Hit, ...]:
    """What the vectors show. Raises when there are none."""
    return danger_model.vector_hits(text, vectors)


def combine(hits: Sequence[Hit], verdicts: tuple[Verdict, ...]) -> Screening:
    """All hits as one decision: the worst urgency, and the categories with the most urgent first."""
    urgency = max((hit.urgency for hit in hits), key=RANK.__getitem__, default="none")
    worst = {c: max(RANK[h.urgency] for h in hits if h.category == c) for c in {hit.category for hit in hits}}
    ordered = sorted(worst, key=lambda category: (-worst[category], CATEGORIES.index(category)))
    hints = tuple(dict.fromkeys(hit.hint for hit in hits if hit.hint))
    return Screening(tuple(ordered[:MOST_CATEGORIES]), urgency, verdicts, hints)
