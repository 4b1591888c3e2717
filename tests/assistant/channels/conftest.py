"""A Twilio account, a webhook that reads what it is sent, and the emulator between them on loopback."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.channels.emulator import Account, Emulator, emulator_app, running
from assistant.channels.forms import InboundForm, StatusForm, read_inbound, read_status
from assistant.channels.http import TwilioHttp
from assistant.channels.sender import TwilioSender
from assistant.channels.signature import WebhookRefused, signed_url, verify
from tests.assistant.channels.forms_at_hand import ACCOUNT, SENDER, TOKEN


@dataclass
class Webhook:
    """Our side as the emulator sees it: it verifies, reads and remembers, then answers as the test says."""

    inbound: list[InboundForm] = field(default_factory=list)
    statuses: list[StatusForm] = field(default_factory=list)
    refused: list[WebhookRefused] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    tokens: tuple[str, ...] = (TOKEN,)
    shared_keys: dict[str, str] = field(default_factory=dict)
    url: str = ""

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        self.headers.append(dict(request.headers))
        try:
            address = signed_url(self.url, request.url.path, request.scope["query_string"])
            fields = verify(address, body, request.headers, self.tokens, self.shared_keys)
            if request.url.path == "/status":
                self.statuses.append(read_status(fields, ACCOUNT, SENDER))
            else:
                self.inbound.append(read_inbound(fields, ACCOUNT, SENDER, request.headers))
        except WebhookRefused as error:
            self.refused.append(error)
            return Response(status_code=error.status_code)
        return self.answers.pop(0) if self.answers else Response(status_code=204)


@dataclass
class World:
    """Everything a test needs, already running."""

    emulator: Emulator
    webhook: Webhook
    sender: TwilioSender
    api_url: str


@pytest.fixture
async def world() -> AsyncIterator[World]:
    webhook = Webhook()
    app = Starlette(routes=[Route(path, webhook.answer, methods=["POST"]) for path in ("/inbound", "/status")])
    async with running(app) as url:
        webhook.url = url
        emulator = Emulator(Account(ACCOUNT, TOKEN, SENDER, f"{url}/inbound"))
        emulator.faults.step_ms = 1
        app.mount("/", emulator_app(emulator))
        sender = TwilioSender(ACCOUNT, TOKEN, SENDER, f"{url}/status", TwilioHttp(url))
        yield World(emulator, webhook, sender, url)
        await sender.aclose()
        await emulator.aclose()
