"""Sending to a carer: what the rest of Kith may ask of any channel, and Twilio's answer to it.

Each send ends in one of four ways, and the caller must treat each differently:

- `Sent`: Twilio took it and gave it a sid.
- `SendRefused`: Twilio said no, and will say no again.
- `SendRetryLater`: Twilio did not take it; try again.
- `SendUnknown`: the request was on its way when the line broke. It may or may not have been sent, so look with
  `find_sent` before doing anything.

Retrying with pauses is the caller's work; this module only tells the cases apart.
"""

import asyncio
import hashlib
import json
import re
import unicodedata
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from assistant.channels.delivery import DeliveryState, Fault, meaning_of
from assistant.channels.grammar import SID
from assistant.channels.http import TwilioHttp
from assistant.channels.outcomes import SendRefused, SendRetryLater, SendUnknown
from assistant.channels.pace import SendPace

CLOCK_SLACK = timedelta(minutes=2)
"""How far Twilio's clock and ours may differ when an interrupted send is looked for."""
TYPING_SECONDS = 3.0
"""Longest wait for the typing sign: later than this it has no use."""
PAGE = 100
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the provider took. `error_code` is 0 unless the provider has already given up on it."""

    provider_sid: str
    state: DeliveryState
    error_code: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """A carer's message as the provider's list shows it: for finding those whose webhook never came."""

    provider_sid: str
    address: str
    body: str
    media_count: int
    at: datetime


class Sender(Protocol):
    """A channel to carers. Addresses are opaque."""

    async def send_text(self, to: str, body: str, urgent: bool = False) -> Sent:
        """Send free text, allowed within 24 hours of the carer's last message. `urgent` goes before the others."""
        ...

    async def send_template(
        self, to: str, content_sid: str, variables: Mapping[str, str], urgent: bool = False
    ) -> Sent:
        """Send an approved template, or text with quick-reply buttons, by the provider's id for it."""
        ...

    async def show_typing(self, inbound_sid: str) -> None:
        """Show the carer that an answer is being written. Never raises: it is a courtesy."""
        ...

    async def find_sent(
        self, to: str, wanted_hash: str | None, since: datetime, known: Collection[str] = ()
    ) -> Sent | None:
        """Find a message that we may have sent since a time, by the hash of its text (None: any text).

        `known` are sids that belong to other messages, so that the same words sent twice are not taken for one.
        """
        ...

    async def state_of(self, provider_sid: str) -> Sent:
        """Ask where a message is, for when the news of it never came."""
        ...

    async def received_since(self, since: datetime) -> list[Received]:
        """List carers' messages since a time, oldest first."""
        ...

    async def aclose(self) -> None:
        """Let go of open connections."""
        ...


def body_hash(body: str) -> str:
    """Return a hash of a text as the provider may hand it back: without outer spaces, in one Unicode form."""
    return hashlib.sha256(unicodedata.normalize("NFC", body.strip()).encode()).hexdigest()


class TwilioSender:
    """Sends through Twilio's own client, over one pool of connections and at WhatsApp's pace."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        status_callback: str,
        http: TwilioHttp | None = None,
        pace: SendPace | None = None,
    ) -> None:
        """Build a sender for one account and one WhatsApp sender.

        Args:
            account_sid: The account, `AC…`.
            auth_token: Its primary token.
            sender: Our address, such as `whatsapp:+441632960000`.
            status_callback: Full address of our status webhook; empty asks for no news.
            http: Where requests go; by default to Twilio.
            pace: The limit on sends; by default 80 a second.
        """
        self._http = http or TwilioHttp()
        self._pace = pace or SendPace()
        self._client: Any = Client(account_sid, auth_token, http_client=self._http)
        self._sender = sender
        self._callback = {"status_callback": status_callback} if status_callback else {}

    async def send_text(self, to: str, body: str, urgent: bool = False) -> Sent:
        return await self._send(urgent, to=to, body=body)

    async def send_template(
        self, to: str, content_sid: str, variables: Mapping[str, str], urgent: bool = False
    ) -> Sent:
        filled = {"content_variables": json.dumps(dict(variables))} if variables else {}
        return await self._send(urgent, to=to, content_sid=content_sid, **filled)

    async def show_typing(self, inbound_sid: str) -> None:
        try:
            async with asyncio.timeout(TYPING_SECONDS):
                await self._client.messaging.v2.typing_indicator.create_async(
                    channel="whatsapp", message_id=inbound_sid
                )
        except Exception:  # a courtesy, in public beta: it must never cost a carer the answer
            return

    async def find_sent(
        self, to: str, wanted_hash: str | None, since: datetime, known: Collection[str] = ()
    ) -> Sent | None:
        """Look at what we sent to this address, newest first.

        Filtering by date is done here: a message still in Twilio's queue has no `DateSent` and would be missed.
        """

        async def look() -> Sent | None:
            async for message in await self._client.messages.stream_async(to=to, from_=self._sender, page_size=PAGE):
                if message.date_created < since - CLOCK_SLACK:
                    return None
                if message.sid not in known and wanted_hash in (None, body_hash(message.body or "")):
                    return _sent(message)
            return None

        return await _told_apart(look)

    async def state_of(self, provider_sid: str) -> Sent:
        return _sent(await _told_apart(self._client.messages(provider_sid).fetch_async))

    async def received_since(self, since: datetime) -> list[Received]:
        whole_second = since.replace(microsecond=0)

        async def look() -> list[Received]:
            stream = await self._client.messages.stream_async(
                to=self._sender, date_sent_after=whole_second, page_size=PAGE
            )
            # Twilio may take the date alone, so the hour is checked here.
            return [_received(message) async for message in stream if _moment(message) >= whole_second]

        return sorted(await _told_apart(look), key=lambda one: one.at)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _send(self, urgent: bool, **message: str) -> Sent:
        """Wait for a turn, then create one message."""
        await self._pace.wait(urgent)

        async def create() -> Any:
            return await self._client.messages.create_async(from_=self._sender, **self._callback, **message)

        return _sent(await _told_apart(create))


async def _told_apart(ask: Callable[[], Awaitable[Found]]) -> Found:
    """Turn the client's errors into ours. Theirs may quote an address, so no trace of them is left on ours."""
    try:
        return await ask()
    except TwilioException as error:
        failed = _translated(error)
    except (json.JSONDecodeError, AttributeError, TypeError):
        failed = SendUnknown("an answer that makes no sense")
    raise failed


def _translated(error: Any) -> Exception:
    """Tell the cases apart by HTTP status first, then by Twilio's code."""
    # A page that could not be listed comes as a bare exception, with the response as its second argument.
    source = error if hasattr(error, "status") or len(error.args) < 2 else error.args[1]
    status, code = (
        int(getattr(source, "status", getattr(source, "status_code", 0))),
        int(getattr(source, "code", 0) or 0),
    )
    if not 400 <= status < 500:
        return SendUnknown(f"HTTP status {status}")
    meaning = meaning_of(code)
    return SendRetryLater(code) if status == 401 or meaning.fault is Fault.RETRY else SendRefused(meaning)


def _sent(message: Any) -> Sent:
    """Read the client's message. One without a sid is no receipt."""
    if not re.fullmatch(SID, str(message.sid)):
        raise SendUnknown("an answer without a sid")
    return Sent(message.sid, DeliveryState.from_twilio(str(message.status)), int(message.error_code or 0))


def _received(message: Any) -> Received:
    return Received(message.sid, message.from_, message.body or "", int(message.num_media or 0), _moment(message))


def _moment(message: Any) -> datetime:
    """Return when a message was sent or, failing that, made. Twilio's times have whole seconds."""
    moment: datetime = message.date_sent or message.date_created
    return moment.replace(tzinfo=UTC)
