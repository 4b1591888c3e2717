"""Twilio's two webhooks: store, commit, acknowledge. Nothing here calls a model."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from twilio.twiml.messaging_response import MessagingResponse

from assistant.channels.forms import InboundForm, StatusForm, read_inbound, read_status
from assistant.channels.signature import MAX_BODY_BYTES, TooLarge, WebhookRefused, signed_url, verify

log = structlog.get_logger()
INBOUND = "/whatsapp/inbound"
STATUS = "/whatsapp/status"


@dataclass(frozen=True)
class Door:
    """What the webhooks need, handed in by the wiring."""

    public_url: str
    account_sid: str
    sender: str
    tokens: Sequence[str]
    shared_keys: Mapping[str, str]
    store_inbound: Callable[[InboundForm], Awaitable[Any]]
    """Commits the message and returns a receipt. Raises when the database does not answer in time."""
    after_commit: Callable[[Any], Awaitable[None]]
    store_status: Callable[[StatusForm], Awaitable[None]]
    words_when_down: Callable[[str], str]
    """What the carer is told when nothing could be stored: the crisis text if the rules see danger."""

    async def inbound(self, request: Request) -> Response:
        """Store one signed message, then answer 204. Safe to deliver twice. Twilio waits 15 s."""
        try:
            form = read_inbound(await self._fields(request), self.account_sid, self.sender, request.headers)
        except WebhookRefused as refused:
            return refuse(refused)
        try:
            receipt = await self.store_inbound(form)
        except Exception as error:
            log.error("inbound_not_stored", error=type(error).__name__)
            return twiml(self.words_when_down(form.body))
        if receipt.inbound_id is None:
            return Response(status_code=204)
        return Response(status_code=204, background=BackgroundTask(self.after_commit, receipt))

    async def status(self, request: Request) -> Response:
        """Store one signed status callback, then answer 204."""
        try:
            form = read_status(await self._fields(request), self.account_sid, self.sender)
        except WebhookRefused as refused:
            return refuse(refused)
        try:
            await self.store_status(form)
        except Exception as error:
            log.error("status_not_stored", error=type(error).__name__)
            return Response(status_code=503)
        return Response(status_code=204)

    async def _fields(self, request: Request) -> dict[str, str]:
        url = signed_url(self.public_url, request.url.path, request.scope["query_string"])
        body = await read_capped(request)
        return verify(url, body, request.headers, self.tokens, self.shared_keys, request.method)


async def read_capped(request: Request) -> bytes:
    """Read the body, giving up as soon as it is over the cap."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge(f"The webhook's body is over {MAX_BODY_BYTES} bytes. Twilio never sends that much.")
    return bytes(body)


def refuse(refused: WebhookRefused) -> Response:
    """Say why, without repeating anything from the request."""
    log.warning("webhook_refused", reason=type(refused).__name__, status=refused.status_code)
    return PlainTextResponse(str(refused), status_code=refused.status_code)


def twiml(text: str) -> Response:
    """Answer the carer in the webhook's own response, the only way left when nothing can be stored."""
    message = MessagingResponse()
    message.message(text)
    return Response(str(message), media_type="text/xml")
