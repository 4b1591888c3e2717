"""What a verified webhook says, as frozen values: a message from a carer, or news of one of ours.

Only what Kith needs is kept. The profile name, the place and the media's addresses are dropped here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.channels.delivery import DeliveryState
from assistant.channels.grammar import check_one_reading, check_shapes
from assistant.channels.signature import Malformed
from assistant.domain.turn import Kind

MAX_BODY_CHARACTERS = 4096
"""WhatsApp's own limit for one message."""
MAX_CHOICE_CHARACTERS = 256
"""Longest button or list payload, and longest title, that Kith keeps."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
MEDIA_KINDS = {
    "audio": Kind.VOICE, "image": Kind.IMAGE, "video": Kind.VIDEO, "application": Kind.DOCUMENT, "text": Kind.DOCUMENT,
}  # fmt: skip
CONTACT_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory", "application/vcard"})
MESSAGE_KINDS = {
    "audio": Kind.VOICE, "voice": Kind.VOICE, "image": Kind.IMAGE, "video": Kind.VIDEO, "document": Kind.DOCUMENT,
    "sticker": Kind.STICKER, "location": Kind.LOCATION, "contacts": Kind.CONTACT,
}  # fmt: skip
"""Twilio's `MessageType`, where it says more than the media type does."""


@dataclass(frozen=True, slots=True)
class InboundForm:
    """One message from a carer.

    `address` is where to answer. `user_id` is WhatsApp's id of the same person when Twilio sends it, else empty.
    `token` comes from a header that is not signed: use it to count retries, never to decide what is new.
    `reply_to` is the sid of our message that the carer answered. `media_types` has one MIME type for each attachment.
    """

    provider_sid: str
    address: str
    to: str
    body: str
    kind: Kind
    button_payload: str = ""
    button_text: str = ""
    media_types: tuple[str, ...] = ()
    user_id: str = ""
    reply_to: str = ""
    token: str = ""

    @property
    def media_count(self) -> int:
        return len(self.media_types)


@dataclass(frozen=True, slots=True)
class StatusForm:
    """News of a message that we sent. `error_code` is 0 when Twilio gave none."""

    provider_sid: str
    state: DeliveryState
    error_code: int = 0


def read_inbound(
    fields: Mapping[str, str], account_sid: str, sender: str, headers: Mapping[str, str] | None = None
) -> InboundForm:
    """Read a carer's message from verified fields. Raises `Malformed` when it is not ours or not Twilio's form."""
    _check(fields, account_sid, {"MessageSid", "From", "To", "Body"})
    if fields["To"] != sender:
        raise Malformed("The webhook's message was sent to another WhatsApp sender. Check KITH_TWILIO_SENDER.")
    payload = fields.get("ButtonPayload") or fields.get("ListId", "")
    title = fields.get("ButtonText") or fields.get("ListTitle", "")
    types = _media_types(fields)
    return InboundForm(
        provider_sid=fields["MessageSid"],
        address=fields["From"],
        to=fields["To"],
        body=_clean(fields["Body"], MAX_BODY_CHARACTERS),
        kind=Kind.BUTTON if payload or title else _kind(fields, types),
        button_payload=_clean(payload, MAX_CHOICE_CHARACTERS),
        button_text=_clean(title, MAX_CHOICE_CHARACTERS),
        media_types=types,
        user_id=fields.get("ExternalUserId", ""),
        reply_to=fields.get("OriginalRepliedMessageSid", ""),
        token=_token(headers or {}),
    )


def read_status(fields: Mapping[str, str], account_sid: str, sender: str) -> StatusForm:
    """Read a status callback from verified fields. Raises `Malformed` when it is not about a message of ours."""
    _check(fields, account_sid, {"MessageSid", "MessageStatus", "From"})
    if fields["From"] != sender:
        raise Malformed("The status callback is about another WhatsApp sender. Check KITH_TWILIO_SENDER.")
    return StatusForm(
        provider_sid=fields["MessageSid"],
        state=DeliveryState.from_twilio(fields["MessageStatus"]),
        error_code=int(fields.get("ErrorCode") or 0),
    )


def _check(fields: Mapping[str, str], account_sid: str, needed: set[str]) -> None:
    """Hold the form to the grammar and to our account."""
    missing = sorted(needed - fields.keys())
    if missing:
        raise Malformed(f"The webhook lacks {', '.join(missing)}, which Twilio always sends.")
    check_shapes(fields)
    check_one_reading(fields)
    if not account_sid or fields.get("AccountSid") != account_sid:
        raise Malformed("The webhook is about another Twilio account. Check KITH_TWILIO_ACCOUNT_SID.")
    if any(fields.get(name, fields["MessageSid"]) != fields["MessageSid"] for name in ("SmsSid", "SmsMessageSid")):
        raise Malformed("The webhook names two different messages. Twilio names one.")


def _media_types(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the attachments' MIME types, in order, without their parameters."""
    count = int(fields.get("NumMedia", "0"))
    types = tuple(fields.get(f"MediaContentType{n}", "").partition(";")[0].strip().lower() for n in range(count))
    if not all(types) or f"MediaContentType{count}" in fields:
        raise Malformed("The webhook's number of attachments does not fit its list of them.")
    return types


def _kind(fields: Mapping[str, str], types: tuple[str, ...]) -> Kind:
    """Tell what WhatsApp carried from the fields that only that kind has."""
    if "Latitude" in fields and "Longitude" in fields:
        return Kind.LOCATION
    said = MESSAGE_KINDS.get(fields.get("MessageType", "").lower())
    if types:
        return said or _media_kind(types[0])
    return Kind.TEXT if fields["Body"].strip() else said or Kind.UNKNOWN


def _media_kind(mime: str) -> Kind:
    """Tell the kind from a MIME type. WhatsApp turns photos into JPEG or PNG; only stickers are WebP."""
    if mime in CONTACT_CARDS:
        return Kind.CONTACT
    if mime == "image/webp":
        return Kind.STICKER
    return MEDIA_KINDS.get(mime.partition("/")[0], Kind.UNKNOWN)


def _clean(text: str, most: int) -> str:
    """Drop control characters but line ends and tabs. Refuse what is longer than WhatsApp allows."""
    if len(text) > most:
        raise Malformed(f"The webhook has a text of more than {most} characters, which WhatsApp does not send.")
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _token(headers: Mapping[str, str]) -> str:
    """Return Twilio's idempotency token, or nothing when it is absent or odd."""
    found = next((value for name, value in headers.items() if name.lower() == "i-twilio-idempotency-token"), "")
    return found if TOKEN.fullmatch(found) else ""
