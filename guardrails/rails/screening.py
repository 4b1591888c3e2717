"""Decide whether a message shows danger, to whom it belongs, and how fast a person must look.

Two rails look at every message. `danger_rules` reads the words: readable rules and a small model of words.
`danger_classifier` reads the meaning: a small model on the message's vectors. Either is enough to raise danger,
and one that cannot run says so; it never counts as a pass. A third, `soft_line`, raises nothing: it says that a message
comes near to suicide or breakdown, so that one kind line goes under the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rails import danger_model
from rails.danger_model import Weighed
from rails.danger_policy import CATEGORIES
from rails.danger_rules import Hit, rules
from rails.reading import Reading
from rails.verdict import Result, Verdict
from rails.whose import is_about_another

RANK = {"none": 0, "urgent": 1, "emergency": 2}
EARLIER_MESSAGES = 4
EARLIER_WORDS = 80
"""How far back a message is read together with what came before it."""
FRAGMENT_WORDS = 3
"""A message up to this length may be the end of a sentence sent in pieces."""
MOST_CATEGORIES = 4
NEARNESS = "soft_line"
FEWEST_TO_SOUND_NEAR = 2
"""Words."""
LEAST_FOREIGN = 1.6
"""Log-odds above the cut-off from which the English models raise danger in a language that Kith has words of its own in. Of 48 messages in ten
languages, written for this, they took 11 of 24 that ask for help in the house for danger and 19 of 24 dangers; so much higher, 4 and 16."""
LEAST_STRANGE = 4.0
"""The same for every other language. Of 46 messages in 15 of them that ask for help the models took 17 for danger, and so much higher 1. They heard
few of 52 dangers that the danger words of those languages do not: with both 23 were raised at the usual cut-off, 48 so much higher."""
DONE_TO_SOMEBODY = ("suicide_self_harm", "harm_to_cared_for")
"""Dangers of which "I will do it" speaks."""
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

    @property
    def near(self) -> bool:
        """True when nothing is raised, but the message comes near enough to suicide or breakdown for one kind line."""
        return not self.danger and any(one.rail == NEARNESS and one.result is Result.FAIL for one in self.verdicts)


def screen(
    text: str, vectors: Sequence[Sequence[float]] = (), earlier: Sequence[str] = (), surer: float = 0.0
) -> Screening:
    """Screen one burst of messages.

    Args:
        text: What the carer wrote, one message a line.
        vectors: Unit vectors of the whole text, then of `sentences.split(text)`. Empty when the embedder is down.
        earlier: The carer's earlier messages, newest last.
        surer: Log-odds above the cut-off that the models need. They read English, and for that it is 0.
    """
    message = Message(text, vectors, tuple(earlier), surer)
    worded, by_rule = judge("danger_rules", lambda: by_words(message))
    meant, by_vector = judge("danger_classifier", lambda: by_meaning(message))
    seen = combine([*worded, *meant], (by_rule, by_vector, by_nearness(message)))
    if not seen.danger or not is_about_another(message.reading.whole):
        return seen
    return replace(seen, hints=tuple(dict.fromkeys((*seen.hints, "other"))))


class Message:
    """One burst of messages, read and put to the rules at most once, whichever rail asks first."""

    def __init__(
        self,
        text: str,
        vectors: Sequence[Sequence[float]] = (),
        earlier: Sequence[str] = (),
        surer: float = 0.0,
    ) -> None:
        self.text = text
        self.vectors = vectors
        self.earlier = earlier
        self.surer = surer
        self.is_english = not surer

    @cached_property
    def reading(self) -> Reading:
        return Reading.of(self.text)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        return rules().hits(self.reading)

    @cached_property
    def weighed(self) -> Weighed:
        """What the models make of it with the vectors. Raises when there are none."""
        return danger_model.with_vectors(self.reading, self.hits, self.vectors)

    @cached_property
    def weighed_by_words(self) -> Weighed:
        """What the models make of its words alone."""
        return danger_model.judge(self.reading, self.hits)

    @cached_property
    def without_meaning(self) -> bool:
        """True when the models cannot run on the vectors, so that the words must decide alone."""
        try:
            _ = self.weighed
        except Exception:
            return True
        return False


def judge(rail: str, look: Callable[[], tuple[Hit, ...]]) -> tuple[tuple[Hit, ...], Verdict]:
    """Run one rail. Whatever goes wrong inside it becomes an error verdict, and the other rail still decides."""
    try:
        hits = look()
    except Exception as problem:
        return (), Verdict(rail, Result.ERROR, type(problem).__name__)
    if not hits:
        return (), Verdict(rail, Result.PASS)
    reasons = dict.fromkeys(f"{hit.category} ({hit.urgency}): {hit.rule}" for hit in hits)
    return hits, Verdict(rail, Result.FAIL, "; ".join(reasons))


def by_words(message: Message) -> tuple[Hit, ...]:
    """What the words show, in this message or together with earlier ones.

    The small model of words decides here only when the meaning cannot be judged; else `by_meaning` weighs it in, and
    danger that a rule found stands unless the meaning is surely safe. A dose question that a rule found always stands.
    """
    if message.without_meaning:
        return _words_alone(message) or _with_earlier(message)
    sure = _sure(message)
    stands = sure if message.weighed.rules_stand else tuple(hit for hit in sure if hit.urgency == "none")
    return stands or _with_earlier(message)


def _sure(message: Message) -> tuple[Hit, ...]:
    return tuple(hit for hit in message.hits if not hit.sign)


def _words_alone(message: Message) -> tuple[Hit, ...]:
    """Rules and the model of words. A model that cannot run never takes a rule's find away."""
    sure = _sure(message)
    try:
        return (*sure, *message.weighed_by_words.hits)
    except Exception:
        if sure:
            return sure
        raise


def _with_earlier(message: Message) -> tuple[Hit, ...]:
    """What the message means after the ones before it: sent in pieces, or taken back with a joke."""
    before = _recent(message.earlier)
    if not before:
        return ()
    if rules().acknowledges(message.reading.whole):
        return ()
    known = _raised("\n".join(before))
    if rules().calls(message.reading.whole):
        return tuple(replace(hit, urgency="emergency", rule="calls for help") for hit in known)
    meant = [hit for hit in known if hit.category in DONE_TO_SOMEBODY]
    if meant and rules().intends(message.reading.whole):
        return tuple(replace(hit, urgency="emergency", rule="means to do it") for hit in meant)
    if rules().joking(message.text):
        return tuple(replace(hit, urgency="urgent", rule="taken back") for hit in known)
    if not message.is_english or _adds_no_words(message.reading):
        return _sure_together(before, message)
    whole = len(message.text.split()) > FRAGMENT_WORDS
    if known and (whole or any(_raised(one) for one in before)):
        # it was raised when it was written; a whole message adds nothing to it, a piece may be what makes it sure
        return () if whole else _sure_together(before, message)
    if whole and not message.without_meaning and _raised(message.text):
        return ()  # its words alone look like danger, and its meaning has cleared it
    return _words_alone(Message("\n".join([*before, message.text])))


def _adds_no_words(reading: Reading) -> bool:
    """Whether the model of words has nothing to hear in a message: an emoji, a plain wish, or a short question ("how long")."""
    asks_shortly = reading.asks and reading.length <= FRAGMENT_WORDS
    return reading.wordless or asks_shortly or rules().plain(reading.whole)


def _sure_together(before: Sequence[str], piece: Message) -> tuple[Hit, ...]:
    """What a rule finds in the pieces together and neither in those before nor in the last."""
    together = _sure(Message("\n".join([*before, piece.text])))
    apart = {hit.rule for hit in (*_sure(Message("\n".join(before))), *piece.hits)}
    return tuple(hit for hit in together if hit.urgency != "none" and hit.rule not in apart)


def _raised(text: str) -> tuple[Hit, ...]:
    return tuple(hit for hit in _words_alone(Message(text)) if hit.urgency != "none")


def _recent(earlier: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for message in reversed(earlier[-EARLIER_MESSAGES:]):
        if sum(len(one.split()) for one in kept) + len(message.split()) > EARLIER_WORDS:
            break
        kept.insert(0, message)
    return kept


def by_meaning(message: Message) -> tuple[Hit, ...]:
    """What the vectors show. Raises when there are none."""
    found = message.weighed
    is_sure = message.is_english or found.margin >= message.surer
    return found.hits if is_sure else tuple(hit for hit in found.hits if hit.urgency == "none")


def by_nearness(message: Message) -> Verdict:
    """Whether the message comes near to suicide or breakdown without an alarm from the models.

    One word says too little to sound so: it is `STOP`, `yes` or `thanks`. One that is plain enough raises the alarm itself.
    Nor does another language than English sound like anything.
    """
    if len(message.text.split()) < FEWEST_TO_SOUND_NEAR or not message.is_english:
        return Verdict(NEARNESS, Result.PASS)
    try:
        near = (message.weighed_by_words if message.without_meaning else message.weighed).near
    except Exception as problem:
        return Verdict(NEARNESS, Result.ERROR, type(problem).__name__)
    return Verdict(NEARNESS, Result.FAIL, f"near to {near}") if near else Verdict(NEARNESS, Result.PASS)


def _weight(hits: Sequence[Hit]) -> tuple[int, bool, float]:
    """What comes first: the most urgent, then what both rules and models found, then the likelier."""
    ruled, learnt = (
        [hit for hit in hits if (hit.rule == danger_model.MODEL) is is_model] for is_model in (False, True)
    )
    return (
        -max(RANK[hit.urgency] for hit in hits),
        not (ruled and learnt),
        -max((hit.score for hit in learnt), default=0.5),
    )


def combine(hits: Sequence[Hit], verdicts: tuple[Verdict, ...]) -> Screening:
    """All hits as one decision: the worst urgency, and the categories with the most urgent first."""
    urgency = max((hit.urgency for hit in hits), key=RANK.__getitem__, default="none")
    found = {category: [hit for hit in hits if hit.category == category] for category in {hit.category for hit in hits}}
    ordered = sorted(found, key=lambda category: (*_weight(found[category]), CATEGORIES.index(category)))
    hints = tuple(dict.fromkeys(hit.hint for hit in hits if hit.hint))
    return Screening(tuple(ordered[:MOST_CATEGORIES]), urgency, verdicts, hints)
