"""The emulator's values: the account, templates, messages, and what a carer's phone shows."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


def new_sid(prefix: str) -> str:
    """Make a sid, such as `SM` and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Account:
    """The one account that the emulator knows. `webhook_url` is where carers' messages are posted."""

    sid: str
    token: str
    sender: str
    webhook_url: str
    media_url: str = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message that a carer writes. `kind` as in `assistant.domain.turn.Kind`, or `list`.

    `payload` and `title` are of the button or list row that was tapped. A `sid` that was used before
    delivers that message again, as Twilio may.
    """

    address: str
    body: str = ""
    kind: str = "text"
    payload: str = ""
    title: str = ""
    reply_to: str = ""
    profile_name: str = "Carer"
    latitude: float = 52.63
    longitude: float = 1.3
    content_type: str = ""
    sid: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """A quick-reply button: `payload` comes back when the carer taps it."""

    text: str
    payload: str


@dataclass(frozen=True, slots=True)
class Content:
    """A template known to Twilio by its ContentSid. `{{1}}` stands for the first variable."""

    body: str
    buttons: tuple[Button, ...] = ()
    approved: bool = True
    """Whether WhatsApp approved it for use outside the 24-hour window."""


@dataclass(frozen=True, slots=True)
class Media:
    """One attachment."""

    sid: str
    content_type: str
    content: bytes = b""


@dataclass(slots=True)
class Message:
    """One message, as Twilio's Message resource has it."""

    sid: str
    direction: str
    sender: str
    to: str
    body: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    kind: str = "text"
    buttons: tuple[Button, ...] = ()
    media: tuple[Media, ...] = ()
    status_callback: str = ""
    approved: bool = False
    inbound: Inbound | None = None
    """What the carer did, kept so that the webhook can be called again."""
    token: str = ""
    typing: bool = False

    @property
    def is_inbound(self) -> bool:
        return self.direction == "inbound"

    @property
    def carer(self) -> str:
        """The carer's address, whichever way the message went."""
        return self.sender if self.is_inbound else self.to


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as a carer's phone shows it. A later change of the same `sid` has a higher `cursor`.

    `status` is Twilio's word. `typing` marks an inbound message that we are seen to be answering.
    """

    cursor: int
    sid: str
    direction: str
    address: str
    body: str
    kind: str
    status: str
    error_code: int | None
    buttons: tuple[Button, ...]
    media_types: tuple[str, ...]
    typing: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a cursor, oldest change first, and the cursor to ask with next time."""

    cursor: int
    entries: tuple[Entry, ...]
