"""The shape of every field that Twilio is known to send, and the check that a form has one reading only.

Twilio signs names and values run together: `{A: 1, B: 2}` and `{A: 1B2}` sign alike. So a signature alone
does not say where one field ends. Three rules close that gap:

1. A known field has its own shape, and the important ones must be present.
2. No value may hide a known field that could have stood in its place (`check_one_reading`).
3. An unknown field right behind free text must look like a field name, not like a piece of that text.

Unknown fields are otherwise ignored, because Twilio adds fields without notice.
"""

import json
import re
from collections.abc import Mapping

from assistant.channels.signature import Malformed

SID = r"(?:SM|MM)[0-9a-f]{32}"
PHONE = r"whatsapp:\+[1-9][0-9]{6,14}"
USER_ID = r"whatsapp:[A-Z]{2}(?:\.ENT)?\.[A-Za-z0-9]{1,128}"
ADDRESS = re.compile(f"{PHONE}|{USER_ID}")
"""A WhatsApp address: a phone number, or a user id of a person who hides the number. Opaque to us."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]-]{0,63}")
MACHINE_NAME = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]*|[0-9]+)+")
MACHINE_VALUE = re.compile(r"[!-~]+")
TEXT, JSON = r"(?s:.*)", r"(?s:\{.*\}|)"
COUNT, WORD, FLAG = r"[0-9]{1,2}", r"[A-Za-z_-]{1,40}", r"true|false"
DEGREES = r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?"
LOOSE_SID = r"[A-Z]{2}[0-9a-f]{32}"

SHAPES = {
    "AccountSid": r"AC[0-9a-f]{32}", "ApiVersion": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "MessageSid": SID, "SmsSid": SID, "SmsMessageSid": SID, "OriginalRepliedMessageSid": r"[A-Z]{2}[0-9A-Za-z]{1,64}",
    "From": ADDRESS.pattern, "To": ADDRESS.pattern, "ExternalUserId": ADDRESS.pattern + r"|[A-Z]{2}\.[A-Za-z0-9.]{1,132}",
    "OriginalRepliedMessageSender": ADDRESS.pattern, "WaId": r"[A-Za-z0-9.]{0,140}",
    "NumMedia": COUNT, "NumSegments": r"[0-9]{1,3}", "ReferralNumMedia": COUNT,
    "SmsStatus": WORD, "MessageStatus": WORD, "MessageType": WORD, "EventType": WORD,
    "Forwarded": FLAG, "FrequentlyForwarded": FLAG, "StructuredMessage": FLAG,
    "Latitude": DEGREES, "Longitude": DEGREES, "ErrorCode": r"[0-9]{0,6}",
    "MessagingServiceSid": LOOSE_SID, "ChannelInstallSid": LOOSE_SID, "ChannelPrefix": WORD,
    "ChannelToAddress": r"[+0-9A-Za-z.:]{1,150}", "RawDlrDoneDate": r"[0-9]{0,14}",
    "ChannelMetadata": JSON, "InteractiveData": JSON, "FlowData": JSON,
    "Body": TEXT, "ButtonText": TEXT, "ButtonPayload": TEXT, "ListId": TEXT, "ListTitle": TEXT, "ListDescription": TEXT,
    "ProfileName": TEXT, "Address": TEXT, "Label": TEXT, "ErrorMessage": TEXT, "ChannelStatusMessage": TEXT,
    "ReferralBody": TEXT, "ReferralHeadline": TEXT, "ReferralSourceId": TEXT, "ReferralSourceType": TEXT,
    "ReferralSourceUrl": TEXT, "ReferralMediaId": TEXT, "ReferralMediaContentType": TEXT, "ReferralMediaUrl": TEXT,
    "ReferralCtwaClid": TEXT, "OptOutType": WORD,
    **{f"{side}{place}": TEXT for side in ("From", "To") for place in ("City", "State", "Zip", "Country")},
    **{f"MediaUrl{n}": r"https?://[!-~]{1,500}" for n in range(10)},
    **{f"MediaContentType{n}": r"[A-Za-z0-9.+-]{1,40}/[A-Za-z0-9.+-]{1,100}(?:; ?[!-~]{1,60})?" for n in range(10)},
}  # fmt: skip
"""Every known field by name, with the shape of its value."""
KNOWN = {name: re.compile(shape) for name, shape in SHAPES.items()}
FREE_TEXT = frozenset(name for name, shape in SHAPES.items() if shape == TEXT)
LONG_NAMES = tuple(sorted(name for name in KNOWN if MACHINE_NAME.fullmatch(name)))
HIDDEN = {name: re.compile(f"{name}(?={KNOWN[name].pattern})") for name in KNOWN}


def check_shapes(fields: Mapping[str, str]) -> None:
    """Refuse a known field whose value does not have its shape. Names the field, never the value."""
    for name, value in fields.items():
        shape = KNOWN.get(name)
        if not NAME.fullmatch(name) or (shape and not shape.fullmatch(value)):
            raise Malformed(
                f"The webhook's field {name if shape else '(unknown)'} does not have the shape that Twilio sends."
            )
        if SHAPES.get(name) == JSON:
            _check_json(name, value)


def _check_json(name: str, value: str) -> None:
    """Refuse JSON that does not parse: it may have swallowed the next field."""
    try:
        json.loads(value or "{}")
    except (ValueError, RecursionError):
        raise Malformed(f"The webhook's field {name} is not the JSON that Twilio sends.") from None


def check_one_reading(fields: Mapping[str, str]) -> None:
    """Refuse a form that would sign the same when cut into other fields."""
    names = sorted(fields)
    for before, name in zip(["", *names], names, strict=False):
        if name not in KNOWN:
            _check_unknown(before, name, fields)
    for name, after in zip(names, [*names[1:], "~"], strict=True):
        if name in FREE_TEXT and _hides_a_field(name, after, fields[name]):
            raise Malformed(
                f"The webhook's field {name} holds what may be another field, so it could be read two ways."
            )


def _check_unknown(before: str, name: str, fields: Mapping[str, str]) -> None:
    """Refuse an unknown field that may be a piece of the text before it, or a known field run into its value."""
    swallowed = any(name.startswith(known) and known not in fields for known in LONG_NAMES)
    piece_of_text = before in FREE_TEXT and not (MACHINE_NAME.fullmatch(name) and MACHINE_VALUE.fullmatch(fields[name]))
    if swallowed or piece_of_text:
        raise Malformed("The webhook has an unknown field that could be a piece of another field.")


def _hides_a_field(name: str, after: str, value: str) -> bool:
    """Say whether a known field that sorts between this one and the next could begin inside this value."""
    return any(name < other < after and HIDDEN[other].search(value) for other in KNOWN)
