"""The emulator itself: takes messages to carers, and carries carers' messages to our webhook."""

import asyncio
import json
import re
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from assistant.channels.emulator.calling import Caller, Signer, WebhookAnswer
from assistant.channels.emulator.faults import Faults
from assistant.channels.emulator.records import Button, Changes, Content, Entry, Media, Message, Records
from assistant.channels.emulator.shapes import MESSAGES, ApiError, inbound_form, status_form
from assistant.channels.grammar import ADDRESS
from assistant.channels.splitting import TWILIO_LIMIT, units

REPLY_WINDOW = timedelta(hours=24)
MESSAGE_TYPES = {"voice": "audio", "contact": "contacts", "button": "button", "list": "interactive"}
SAMPLES = {
    "voice": "audio/ogg", "image": "image/jpeg", "video": "video/mp4", "document": "application/pdf",
    "sticker": "image/webp", "contact": "text/vcard",
}  # fmt: skip
"""MIME type that WhatsApp gives each kind of attachment."""
FATAL = frozenset({"failed", "undelivered"})


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


class Emulator:
    """Twilio and the carers' phones, in memory."""

    def __init__(
        self,
        account: Account,
        signer: Signer | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Build an emulator with a good day's faults.

        Args:
            account: The account it answers for.
            signer: How webhooks are signed; by default with the account's token.
            transport: Another way to reach the webhook, such as an app in this process.
            now: The clock, so that tests can let 24 hours pass.
        """
        self.account = account
        self.faults = Faults()
        self.records = Records()
        self.contents: dict[str, Content] = {}
        self.arrivals: deque[float] = deque(maxlen=100_000)
        self._caller = Caller(signer or Signer(account.token), transport)
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what a page or a test asks --

    def transcript(self, address: str) -> list[Entry]:
        """Return what a carer's phone shows, oldest first."""
        return self.records.transcript(address)

    async def changes_since(self, cursor: int = 0, address: str | None = None, wait: float = 0.0) -> Changes:
        """Return what changed after a cursor, waiting up to `wait` seconds for something to."""
        return await self.records.changes_since(cursor, address, wait)

    async def subscribe(self, address: str | None = None, cursor: int = 0) -> AsyncIterator[Entry]:
        """Yield each change for ever, beginning after `cursor`."""
        while True:
            found = await self.changes_since(cursor, address, wait=30.0)
            cursor = found.cursor
            for entry in found.entries:
                yield entry

    def add_content(self, content_sid: str, content: Content) -> None:
        """Make a template known by its ContentSid."""
        self.contents[content_sid] = content

    async def settle(self) -> None:
        """Wait until every status callback has been posted."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def aclose(self) -> None:
        """Stop all that is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._caller.aclose()

    # -- from us to a carer --

    def accept(self, form: Mapping[str, str]) -> Message:
        """Take a message for a carer, or raise `ApiError` as Twilio refuses it."""
        self.arrivals.append(time.monotonic())
        self._check_target(form)
        body, content = self._text_of(form)
        now = self._now()
        media = tuple(Media(_sid("ME"), "image/jpeg") for _ in [form["MediaUrl"]]) if form.get("MediaUrl") else ()
        message = Message(
            sid=_sid("MM" if media or content else "SM"),
            direction="outbound-api",
            sender=form["From"],
            to=form["To"],
            body=body,
            status="queued",
            created_at=now,
            updated_at=now,
            media=media,
            buttons=content.buttons if content else (),
            content_sid=form.get("ContentSid", ""),
            approved=content.approved if content else False,
            status_callback=form.get("StatusCallback", ""),
        )
        self.records.add(message)
        self._start(self._carry(message))
        return message

    def _check_target(self, form: Mapping[str, str]) -> None:
        """Refuse a message without a sender of ours, or without a real address, as Twilio does."""
        to, callback = form.get("To", ""), form.get("StatusCallback", "")
        if not to:
            raise ApiError(21604)
        if not form.get("From"):
            raise ApiError(21603)
        if form["From"] != self.account.sender:
            raise ApiError(63007)
        if not ADDRESS.fullmatch(to):
            raise ApiError(21211, to=to)
        if callback and not re.fullmatch(r"https?://[^\s/]+\S*", callback):
            raise ApiError(21609, url=callback)
        if to in self.faults.refuse_to:
            raise ApiError(self.faults.refuse_to[to])

    def _text_of(self, form: Mapping[str, str]) -> tuple[str, Content | None]:
        """Return the text to send, from the body or from a template."""
        if form.get("ContentSid"):
            content = self.contents.get(form["ContentSid"])
            if content is None:
                raise ApiError(21655)
            return _filled(content.body, form.get("ContentVariables", "")), content
        body = form.get("Body", "")
        if not body and not form.get("MediaUrl"):
            raise ApiError(21619)
        if units(body) > TWILIO_LIMIT:
            raise ApiError(21617)
        return body, None

    async def _carry(self, message: Message) -> None:
        """Take a message through its delivery states and post each to the status callback."""
        code = self._doom(message)
        posted = []
        for status in ("failed",) if code else self.faults.steps:
            await asyncio.sleep(self.faults.step_ms / 1000)
            self._move(message, status, code)
            posted.append(status)
            if not self.faults.shuffle:
                await self._report(message, status)
        if self.faults.shuffle:
            self.faults.chance.shuffle(posted)
            for status in posted:
                await self._report(message, status)

    def _doom(self, message: Message) -> int:
        """Return the code with which this message will fail, or 0."""
        planned = self.faults.fail_to.get(message.to, self.faults.fail_code)
        last = self.records.last_inbound(message.to)
        is_open = last is not None and self._now() - last < REPLY_WINDOW
        return planned or (0 if is_open or message.approved else 63016)

    def _move(self, message: Message, status: str, code: int = 0) -> None:
        """Set a delivery state."""
        message.status, message.updated_at = status, self._now()
        message.sent_at = message.sent_at or (None if status in FATAL | {"queued", "sending"} else message.updated_at)
        if code:
            message.error_code, message.error_message = code, MESSAGES.get(code, "Message failed")
        self.records.note(message)

    async def _report(self, message: Message, status: str) -> None:
        """Post a status callback."""
        if message.status_callback and status not in self.faults.silent:
            form = status_form(message, status, self.account.sid)
            await self._caller.post(message.status_callback, form, str(uuid4()))

    def show_typing(self, sid: str) -> bool:
        """Show that we are answering; this also marks the carer's message as read."""
        message = self.records.get(sid)
        if message is None or not message.is_inbound:
            return False
        message.typing = True
        self.records.note(message)
        return True

    # -- from a carer to us --

    async def receive(self, inbound: Inbound) -> WebhookAnswer:
        """Let a carer write. Returns what our webhook answered; texts in its TwiML reach the carer."""
        message = self.records.get(inbound.sid) or self._write(inbound)
        if self.faults.lose_webhooks:
            return WebhookAnswer(0, attempts=0, error_code=11200)
        answer = await self._caller.post(self.account.webhook_url, message.form, message.token)
        for _ in range(self.faults.duplicates):
            await self._caller.post(self.account.webhook_url, message.form, message.token)
        for text in answer.texts:
            self._reply(message, text)
        return answer

    def _write(self, inbound: Inbound) -> Message:
        """Store a carer's message and build its webhook form."""
        if not ADDRESS.fullmatch(inbound.address):
            raise ValueError("A carer's address looks like whatsapp:+447700900123 or whatsapp:GB.ABC123.")
        now, mime = self._now(), inbound.content_type or SAMPLES.get(inbound.kind, "")
        media = (Media(_sid("ME"), mime, b"emulated"),) if mime else ()
        message = Message(
            sid=inbound.sid or _sid("MM" if media else "SM"),
            direction="inbound",
            sender=inbound.address,
            to=self.account.sender,
            body=inbound.body or inbound.title,
            status="received",
            created_at=now,
            updated_at=now,
            sent_at=now,
            kind="button" if inbound.kind == "list" else inbound.kind,
            media=media,
            token=str(uuid4()),
        )
        kind = MESSAGE_TYPES.get(inbound.kind, inbound.kind)
        message.form = inbound_form(message, self.account.sid, kind, self._more(inbound, message))
        self.records.add(message)
        return message

    def _more(self, inbound: Inbound, message: Message) -> dict[str, str]:
        """Return the fields that only this kind of message has."""
        more = {"ProfileName": inbound.profile_name, **inbound.extra}
        if inbound.kind == "button":
            more |= {"ButtonText": inbound.title or inbound.body, "ButtonPayload": inbound.payload}
        if inbound.kind == "list":
            more |= {"ListTitle": inbound.title or inbound.body, "ListId": inbound.payload}
        if inbound.kind == "location":
            more |= {"Latitude": f"{inbound.latitude:.6f}", "Longitude": f"{inbound.longitude:.6f}"}
        if inbound.reply_to:
            more |= {"OriginalRepliedMessageSid": inbound.reply_to, "OriginalRepliedMessageSender": message.to}
        base = f"{self.account.media_url}/2010-04-01/Accounts/{self.account.sid}/Messages/{message.sid}/Media"
        for number, one in enumerate(message.media):
            more |= {f"MediaUrl{number}": f"{base}/{one.sid}", f"MediaContentType{number}": one.content_type}
        return more

    def _reply(self, inbound: Message, text: str) -> None:
        """Send a carer the text of a TwiML `<Message>`."""
        now = self._now()
        reply = Message(
            _sid("SM"), "outbound-reply", inbound.to, inbound.sender, text, "queued", created_at=now, updated_at=now
        )
        self.records.add(reply)
        self._start(self._carry(reply))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def _filled(body: str, variables: str) -> str:
    """Put values into a template, as Twilio does."""
    try:
        values = json.loads(variables) if variables else {}
        named = {str(name): str(value) for name, value in values.items()}
    except (ValueError, AttributeError):
        raise ApiError(21656) from None
    if any(units(value) > TWILIO_LIMIT for value in named.values()):
        raise ApiError(21658)
    return re.sub(r"\{\{(\w+)\}\}", lambda found: named.get(found[1], found[0]), body)


def button(text: str, payload: str = "") -> Button:
    """Make a quick-reply button; its payload is its text unless given."""
    return Button(text, payload or text)
