"""Where a sent message is, and what each of Twilio's error codes means for the people who must act."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

import yaml


class DeliveryState(StrEnum):
    """Twilio's own words. A state only ever moves forwards."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNDELIVERED = "undelivered"

    @classmethod
    def from_twilio(cls, word: str) -> "DeliveryState":
        """Read Twilio's word, including those it uses only now and then. An unknown one changes nothing."""
        return _WORDS.get(word.lower(), cls.QUEUED)

    @property
    def is_lost(self) -> bool:
        """Whether the carer will not get this message."""
        return self in (DeliveryState.FAILED, DeliveryState.UNDELIVERED)

    @property
    def has_arrived(self) -> bool:
        """Whether the message is on the carer's phone."""
        return self in (DeliveryState.DELIVERED, DeliveryState.READ)


_WORDS = {state.value: state for state in DeliveryState} | {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "partially_delivered": DeliveryState.SENT,
    "canceled": DeliveryState.FAILED,
}
_RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.SENT: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.READ: 4,
}


def forwards(now: DeliveryState, news: DeliveryState) -> DeliveryState:
    """Return the state after some news, which may be late, repeated or out of order.

    A message that has arrived stays arrived, whatever comes later. One that is lost stays lost, so that
    nobody trusts a crisis text that Twilio once said had failed.
    """
    if now.has_arrived and news.is_lost:
        return now
    if now.is_lost or news.is_lost:
        return now if now.is_lost else news
    return max(now, news, key=_RANK.__getitem__)


class Fault(StrEnum):
    """What to do about an error: try again, give up on this text, use a template, or leave the carer in peace."""

    RETRY = "retry"
    PERMANENT = "permanent"
    OUTSIDE_WINDOW = "outside_window"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class ErrorMeaning:
    """One of Twilio's error codes in plain words, for staff."""

    code: int
    fault: Fault
    reason: str
    remedy: str


@cache
def _meanings() -> dict[int, ErrorMeaning]:
    """Read the table that ships with this package."""
    text = (resources.files(__package__) / "error_codes.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)
    return {code: ErrorMeaning(code, Fault(row["fault"]), row["reason"], row["remedy"]) for code, row in rows.items()}


def meaning_of(code: int) -> ErrorMeaning:
    """Explain an error code. An unknown one is taken as permanent, so that a person looks at it."""
    unknown = ErrorMeaning(
        code,
        Fault.PERMANENT,
        f"Twilio gave error {code}, which Kith does not know.",
        f"Look up {code} in Twilio's list of errors, then contact the carer another way if the message mattered.",
    )
    return _meanings().get(code, unknown)


def known_codes() -> tuple[int, ...]:
    """Return every code in the table."""
    return tuple(sorted(_meanings()))
