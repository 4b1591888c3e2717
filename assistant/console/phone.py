"""What a carer's phone shows, made ready for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assistant.channels.emulator import Button, Entry
from assistant.console.carers import Carer
from assistant.console.words import mark_of

TYPING_LASTS = timedelta(seconds=25)
"""After this WhatsApp hides the sign that somebody is typing."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on a phone. `state` is Twilio's word, and empty for what the carer wrote."""

    sid: str
    by_carer: bool
    kind: str
    text: str
    state: str
    error_code: int | None
    buttons: tuple[Button, ...]
    at: datetime

    @property
    def mark(self) -> str:
        """The ticks as WhatsApp draws them. Always shown with the word beside."""
        return mark_of(self.state)


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone: whose it is, its messages oldest first, and whether Kith is seen to be typing."""

    carer: Carer
    rank: int
    bubbles: tuple[Bubble, ...]
    is_typing: bool


def phone_of(carer: Carer, rank: int, entries: Sequence[Entry]) -> Phone:
    """Return the phone of a carer from the emulator's transcript."""
    return Phone(carer, rank, tuple(map(bubble_of, entries)), is_typing(entries))


def bubble_of(entry: Entry) -> Bubble:
    """Return one message. A picture that Kith sends counts as one, like a carer's."""
    by_carer = entry.direction == "inbound"
    kind = "image" if entry.media_types and not by_carer else entry.kind
    state = "" if by_carer else entry.status
    return Bubble(entry.sid, by_carer, kind, entry.body, state, entry.error_code, entry.buttons, entry.at)


def is_typing(entries: Sequence[Entry], now: datetime | None = None) -> bool:
    """Say whether the last message is a carer's that Kith is seen to be answering."""
    if not entries or entries[-1].direction != "inbound" or not entries[-1].typing:
        return False
    return (now or datetime.now(UTC)) - entries[-1].at < TYPING_LASTS
