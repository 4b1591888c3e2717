"""Twilio's documented shapes: JSON of the REST API, forms of the webhooks, error bodies."""

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from assistant.channels.emulator.model import Media, Message

API = "/2010-04-01"
CHANNEL_INSTALL_SID = "XE" + "0" * 32
MESSAGES = {
    12300: "Invalid Content-Type",
    20001: "Invalid parameter value",
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource {path} was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service is temporarily unavailable",
    21211: "The 'To' number {to} is not a valid phone number.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21609: "The StatusCallback URL {url} is not a valid url.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21619: "A text message body or media urls must be specified.",
    21655: "The ContentSid is Invalid.",
    21656: "The ContentVariables Parameter is invalid.",
    21658: "Content variables exceed the 1600 character limit.",
    63007: "Twilio could not find a Channel with the specified From address",
    63014: "Message failed to send because it was blocked by the user",
    63016: "Failed to send freeform message because you are outside the allowed window. Please use a template.",
    63024: "Invalid message recipient",
}
STATUSES = {20003: 401, 20004: 405, 20404: 404, 20429: 429, 20500: 500, 20503: 503}


class ApiError(Exception):
    """An answer of the REST API that is not a success."""

    def __init__(self, code: int, **named: str) -> None:
        self.code = code
        self.status = STATUSES.get(code, 400)
        self.body = {
            "code": code,
            "message": MESSAGES.get(code, "Message refused").format(**named),
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": self.status,
        }
        super().__init__(self.body["message"])


def rfc_2822(moment: datetime | None) -> str | None:
    """Write a time as Twilio's first API does."""
    return format_datetime(moment) if moment else None


def message_json(message: Message, account_sid: str) -> dict[str, Any]:
    """Return the Message resource."""
    uri = f"{API}/Accounts/{account_sid}/Messages/{message.sid}"
    priced = message.sent_at is not None and not message.is_inbound
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": rfc_2822(message.created_at),
        "date_sent": rfc_2822(message.sent_at),
        "date_updated": rfc_2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": str(len(message.media)),
        "num_segments": "1",
        "price": "-0.00500" if priced else None,
        "price_unit": "USD" if priced else None,
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def media_json(media: Media, message: Message, account_sid: str) -> dict[str, Any]:
    """Return one Media resource."""
    return {
        "account_sid": account_sid,
        "content_type": media.content_type,
        "date_created": rfc_2822(message.created_at),
        "date_updated": rfc_2822(message.updated_at),
        "parent_sid": message.sid,
        "sid": media.sid,
        "uri": f"{API}/Accounts/{account_sid}/Messages/{message.sid}/Media/{media.sid}.json",
    }


def status_form(message: Message, status: str, account_sid: str) -> dict[str, str]:
    """Return the fields of a status callback for a WhatsApp message."""
    form = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "ChannelInstallSid": CHANNEL_INSTALL_SID,
        "ChannelPrefix": "whatsapp",
        "ChannelToAddress": message.to.removeprefix("whatsapp:"),
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.to,
    }
    if status in ("delivered", "read", "undelivered"):
        form["EventType"] = status.upper()
    if status in ("failed", "undelivered") and message.error_code:
        form["ErrorCode"] = str(message.error_code)
        form["ChannelStatusMessage"] = message.error_message or ""
    return form
