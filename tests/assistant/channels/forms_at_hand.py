"""Forms as Twilio posts them, and requests that carry them."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from assistant.channels.emulator.incoming import webhook_form, written
from assistant.channels.emulator.model import Account, Inbound

ACCOUNT = "AC" + "a" * 32
TOKEN = "the-primary-token"
SENDER = "whatsapp:+441632960000"
CARER = "whatsapp:+447700900123"
URL = "https://kith.northmere.example/twilio/inbound"
FORM_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"
SID = "SM" + "1" * 32


def fields_of(inbound: Inbound) -> dict[str, str]:
    """Return the fields of the webhook for what a carer did."""
    account = Account(ACCOUNT, TOKEN, SENDER, URL)
    return webhook_form(written(inbound, account, datetime.now(UTC)), account)


def inbound_fields(body: str = "I am so tired", **more: str) -> dict[str, str]:
    """Return the fields of a plain message, with some changed or added."""
    return {**fields_of(Inbound(CARER, body, sid=SID)), **more}


def status_fields(state: str = "delivered", **more: str) -> dict[str, str]:
    """Return the fields of a status callback."""
    return {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "ChannelPrefix": "whatsapp", "From": SENDER, "MessageSid": SID,
        "MessageStatus": state, "SmsSid": SID, "SmsStatus": state, "To": CARER, "ChannelToAddress": "+447700900123", **more,
    }  # fmt: skip


def signed(fields: dict[str, str], url: str = URL, token: str = TOKEN) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers that Twilio would send."""
    signature = RequestValidator(token).compute_signature(url, fields)
    return urlencode(fields).encode(), {"X-Twilio-Signature": signature, "Content-Type": FORM_TYPE}
