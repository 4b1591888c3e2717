"""From a carer to us: the message as Twilio stores it, and the form that its webhook posts."""

import json
from datetime import datetime
from uuid import uuid4

from assistant.channels.emulator.model import Account, Inbound, Media, Message, new_sid
from assistant.channels.grammar import ADDRESS

MESSAGE_TYPES = {"voice": "audio", "contact": "contacts", "list": "interactive"}
MIME_TYPES = {
    "voice": "audio/ogg", "image": "image/jpeg", "video": "video/mp4", "document": "application/pdf",
    "sticker": "image/webp", "contact": "text/vcard",
}  # fmt: skip
"""MIME type that WhatsApp gives each kind of attachment."""


def written(inbound: Inbound, account: Account, now: datetime) -> Message:
    """Return a carer's message as Twilio stores it."""
    if not ADDRESS.fullmatch(inbound.address):
        raise ValueError("A carer's address looks like whatsapp:+447700900123 or whatsapp:GB.ABC123.")
    mime = inbound.content_type or MIME_TYPES.get(inbound.kind, "")
    media = (Media(new_sid("ME"), mime, b"emulated"),) if mime else ()
    return Message(
        sid=inbound.sid or new_sid("MM" if media else "SM"),
        direction="inbound",
        sender=inbound.address,
        to=account.sender,
        body=inbound.body or inbound.title,
        status="received",
        created_at=now,
        updated_at=now,
        sent_at=now,
        kind="button" if inbound.kind == "list" else inbound.kind,
        media=media,
        token=str(uuid4()),
        inbound=inbound,
    )


def webhook_form(message: Message, account: Account) -> dict[str, str]:
    """Return the fields of the webhook for a carer's message."""
    inbound = message.inbound or Inbound(message.sender, message.body)
    who = message.sender.removeprefix("whatsapp:")
    known = {"WaId": who.removeprefix("+")} if who.startswith("+") else {"ExternalUserId": message.sender}
    context = {"ProfileName": inbound.profile_name, **known}
    return {
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "ProfileName": inbound.profile_name,
        "MessageType": MESSAGE_TYPES.get(inbound.kind, inbound.kind),
        "SmsSid": message.sid,
        **known,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.to,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": message.sid,
        "AccountSid": account.sid,
        "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": context}}),
        "From": message.sender,
        "ApiVersion": "2010-04-01",
        **_special(inbound, message),
        **_attachments(message, account),
        **inbound.extra,
    }


def _special(inbound: Inbound, message: Message) -> dict[str, str]:
    """Return the fields that only this kind of message has."""
    special = {}
    if inbound.kind == "button":
        special = {"ButtonText": message.body, "ButtonPayload": inbound.payload}
    if inbound.kind == "list":
        special = {"ListTitle": message.body, "ListId": inbound.payload}
    if inbound.kind == "location":
        special = {"Latitude": f"{inbound.latitude:.6f}", "Longitude": f"{inbound.longitude:.6f}"}
    if inbound.reply_to:
        special |= {"OriginalRepliedMessageSid": inbound.reply_to, "OriginalRepliedMessageSender": message.to}
    return special


def _attachments(message: Message, account: Account) -> dict[str, str]:
    """Return where the attachments lie, and their types."""
    folder = f"{account.media_url}/2010-04-01/Accounts/{account.sid}/Messages/{message.sid}/Media"
    fields: dict[str, str] = {}
    for number, one in enumerate(message.media):
        fields |= {f"MediaUrl{number}": f"{folder}/{one.sid}", f"MediaContentType{number}": one.content_type}
    return fields
