"""One question and its handling, as one frozen value that passes through the steps."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from assistant.domain.limits import FREE, Limits
from assistant.domain.outcome import Outcome

Vector = tuple[float, ...]
"""An embedding: 384 numbers of unit length for the default model."""


class Kind(StrEnum):
    """What WhatsApp carried."""

    TEXT = "text"
    BUTTON = "button"
    VOICE = "voice"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    UNKNOWN = "unknown"


class Urgency(StrEnum):
    """How fast a person must look. `emergency` means danger to life now."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Heard:
    """One inbound message of a burst, as the carer wrote it."""

    text: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of approved guidance that was found, with its source. `score` is fused rank score, higher is better."""

    document: str
    title: str
    heading: str
    text: str
    url: str
    reviewed_on: date
    score: float
    nations: tuple[str, ...] = ()
    is_overdue: bool = False
    """Past its review date: the carer is told."""
    is_plain: bool = False
    """Of a section that nobody gave other ways of asking, and that holds nearly every word of the question."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that a reply rests on."""

    document: str
    title: str
    url: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One rail's verdict as recorded with the turn. `result` is pass, fail or error."""

    rail: str
    result: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case for staff. `reason` is a code, never a carer's words."""

    reason: str
    urgency: Urgency = Urgency.NONE


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier turn of the conversation, in masked text."""

    question: str
    reply: str
    outcome: str
    topic: str = ""
    citations: tuple[Citation, ...] = ()
    nation: str = ""
    """Whose guidance it was answered from, where that was said; a place in the question may have been masked."""
    near: bool = False
    """Whether it came near to suicide or breakdown."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the conversation already holds. `danger` lists categories of a red flag not yet closed."""

    exchanges: tuple[Exchange, ...] = ()
    danger: tuple[str, ...] = ()
    nation: str = ""
    opted_out: bool = False
    person_owns: bool = False
    told_about_masking: bool = False
    in_a_minute: int = 0
    in_a_day: int = 0
    """Messages that the carer sent in the last minute and the last day, this burst included."""
    kept: int = 0
    kept_since: date | None = None
    awaiting: str = ""
    """What a bare "1" or "a" would answer: `thumb` after the question whether it helped, `reason` after a thumb down."""
    downs: int = 0
    """Thumbs down in a row before this turn, at most 2."""
    line_said: bool = False
    """Whether the kind line for a carer who comes near to danger was said within the last day."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything known about answering one burst of messages. Steps return a changed copy.

    `vectors` holds the embedding of the whole text first, then of its sentences when the
    message is long; it is empty when the embedder is down.
    """

    heard: tuple[Heard, ...]
    past: Past = Past()
    limits: Limits = FREE
    id: str = ""
    release: str = ""
    vectors: tuple[Vector, ...] = ()
    extra_guidance: tuple[str, ...] = ()
    masked: str = ""
    question: str = ""
    questions: tuple[str, ...] = ()
    """The questions of a message that asks several things; empty for one."""
    nation: str = ""
    also: tuple[str, ...] = ()
    """Nations that may be meant too, "" for the council's own: only what is right for all of them is found."""
    doubt: str = ""
    """An intent that would be declined, unless guidance plainly answers the message."""
    opening: str = ""
    """The sentence that an answer opens with, where the turn calls for one of its own."""
    passages: tuple[Passage, ...] = ()
    leads: int = 1
    """How many of the first passages each answer a question of their own."""
    draft: str = ""
    citations: tuple[Citation, ...] = ()
    outcome: Outcome | None = None
    reply: tuple[str, ...] = ()
    escalation: Escalation | None = None
    categories: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NONE
    findings: tuple[Finding, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()
    effects: tuple[str, ...] = field(default=())
    """What the inbox must do when it records the turn: `opt_out`, `opt_in`, `delete_data`, `told_about_masking` …"""

    @property
    def text(self) -> str:
        """All that the carer wrote in this burst, one message a line."""
        return "\n".join(one.text for one in self.heard if one.text.strip())

    def stop(self, outcome: Outcome, *reply: str) -> "Turn":
        """End the turn with a named outcome and the texts to send."""
        return replace(self, outcome=outcome, reply=reply or self.reply)

    def found(self, *findings: Finding) -> "Turn":
        """Add verdicts to the record."""
        return replace(self, findings=self.findings + findings)

    def escalate(self, reason: str, urgency: Urgency = Urgency.NONE) -> "Turn":
        """Ask for a person. A more urgent reason replaces a less urgent one."""
        if self.escalation and RANK[self.escalation.urgency] >= RANK[urgency]:
            return self
        return replace(self, escalation=Escalation(reason, urgency))


LIVES_IN = "nation_"
"""The effect that remembers in which nation the carer lives, with its name after it."""
RANK = {Urgency.NONE: 0, Urgency.URGENT: 1, Urgency.EMERGENCY: 2}
"""Order of urgencies, for comparison."""
UNSURE = 0.5
"""Likelihood of the best passage under which an answer counts as unsure."""
