"""The shape of every field that Twilio is known to send, and the check that a form has one reading only.

Twilio signs names and values run together: `{A: 1, B: 2}` and `{A: 1B2}` sign alike. So a signature alone
does not say where one field ends. Three rules close that gap:

1. A field that Kith heeds has its own shape, and the important ones must be present.
2. No value may hide a known field that could have stood in its place (`check_one_reading`).
3. An unknown field that could be the end of the field before it must look like nothing a carer writes.

Unknown fields are otherwise ignored, because Twilio adds fields without notice. A message that rule 3 refuses
in error is not lost: the sweep finds it in Twilio's list of messages.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from assistant.channels.signature import Malformed

SID = r"(?:SM|MM)[0-9a-f]{32}"
PHONE = r"whatsapp:\+[1-9][0-9]{6,14}"
USER_ID = r"whatsapp:[A-Z]{2}(?:\.ENT)?\.[A-Za-z0-9]{1,128}"
ADDRESS = re.compile(f"{PHONE}|{USER_ID}")
"""A WhatsApp address: a phone number, or a user id of a person who hides the number. Opaque to us."""
LAST = "~"
"""Sorts behind every name."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]-]{0,63}")
MACHINE_NAME = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]*|[0-9]+)+")
TEXT, JSON = r"(?s:.*)", r"(?s:\{.*\}|)"
COUNT, WORD, FLAG = r"[0-9]{1,2}", r"[A-Za-z_-]{1,40}", r"true|false"
DEGREES = r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?"
LOOSE_SID = r"[A-Z]{2}[0-9a-f]{32}"
MACHINE_VALUE = re.compile(
    rf"{LOOSE_SID}|{PHONE}|{USER_ID}|https?://[!-~]+|\{{\"[!-~]+\}}|true|false|en|en[-_]GB|whatsapp|text|image|audio|video|"
    r"document|sticker|location|contacts|button|interactive|reaction|order|unsupported"
)
"""What no carer's message ends with, so it may stand right behind one."""

SHAPES = {
    "AccountSid": r"AC[0-9a-f]{32}", "ApiVersion": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "MessageSid": SID, "SmsSid": SID, "SmsMessageSid": SID, "OriginalRepliedMessageSid": SID,
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
HEEDED = frozenset(KNOWN) - {
    "ApiVersion", "ChannelMetadata", "ChannelInstallSid", "ChannelPrefix", "ChannelToAddress", "EventType", "FlowData",
    "Forwarded", "FrequentlyForwarded", "InteractiveData", "ListDescription", "MessagingServiceSid", "NumSegments",
    "OptOutType", "OriginalRepliedMessageSender", "ProfileName", "RawDlrDoneDate", "SmsStatus", "StructuredMessage", "WaId",
    "Address", "Label", "ErrorMessage", "ChannelStatusMessage",
    *(name for name in KNOWN if name.startswith(("Referral", "FromC", "FromS", "FromZ", "ToC", "ToS", "ToZ", "MediaUrl"))),
}  # fmt: skip
"""Fields that change what Kith does. Moving a boundary among the others changes nothing that is kept."""
KNOWN_IN_ORDER, HEEDED_IN_ORDER = sorted(KNOWN), sorted(HEEDED)
HIDDEN = {name: re.compile(f"{name}(?={KNOWN[name].pattern})") for name in KNOWN}


def check_shapes(fields: Mapping[str, str]) -> None:
    """Refuse a heeded field whose value does not have its shape. Names the field, never the value.

    A field that is dropped anyway may look as it likes: no carer's message is lost for its sake.
    """
    for name, value in fields.items():
        if not NAME.fullmatch(name):
            raise Malformed("The webhook has a field with a name that Twilio does not use.")
        if name in HEEDED and not KNOWN[name].fullmatch(value):
            raise Malformed(f"The webhook's field {name} does not have the shape that Twilio sends.")


def check_one_reading(fields: Mapping[str, str]) -> None:
    """Refuse a form that would sign the same, and say something else, when cut into other fields."""
    for known, strangers, after in _runs(fields):
        value = fields.get(known, "")
        if strangers and _is_piece_of(known, value, strangers[0], fields[strangers[0]]):
            raise Malformed("The webhook has an unknown field that could be a piece of the field before it.")
        if SHAPES.get(known) == JSON and _is_json(value):
            value = ""
        run = value + "".join(name + fields[name] for name in strangers)
        if _hides(HEEDED_IN_ORDER, known, after, run) or (
            known in HEEDED and _hides(KNOWN_IN_ORDER, known, after, value)
        ):
            raise Malformed("A field of the webhook holds what may be another field, so it could be read two ways.")


def _is_json(value: str) -> bool:
    """Say whether a value is whole JSON, so that no other field can have been run into it."""
    try:
        json.loads(value or "{}")
    except (ValueError, RecursionError):
        return False
    return True


def _runs(fields: Mapping[str, str]) -> list[tuple[str, list[str], str]]:
    """Return each known field with the unknown ones that are signed right behind it, and the known one after those."""
    runs: list[tuple[str, list[str], str]] = []
    known, strangers = "", list[str]()
    for name in [*sorted(fields), LAST]:
        if name in KNOWN or name == LAST:
            runs.append((known, strangers, name))
            known, strangers = name, []
        else:
            strangers.append(name)
    return runs


def _is_piece_of(known: str, value: str, stranger: str, strange_value: str) -> bool:
    """Say whether an unknown field may be the end of the known field before it."""
    if known not in HEEDED or not KNOWN[known].fullmatch(value + stranger + strange_value):
        return False
    return not (known in FREE_TEXT and MACHINE_NAME.fullmatch(stranger) and MACHINE_VALUE.fullmatch(strange_value))


def _hides(others: Sequence[str], known: str, after: str, run: str) -> bool:
    """Say whether a field that sorts between two others could begin inside what is signed between them."""
    between = others[bisect_right(others, known) : bisect_left(others, after)]
    return any(other in run and HIDDEN[other].search(run) for other in between)
