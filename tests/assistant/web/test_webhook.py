"""The webhook stores first, answers at once, and never says "received" falsely."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from assistant.channels.forms import InboundForm, StatusForm
from assistant.inbox.receive import Receipt
from assistant.web.webhook import INBOUND, STATUS, Door

ACCOUNT = "AC" + "1" * 32
TOKEN = "token-for-tests"
PUBLIC = "https://kith.northmere.example"
SENDER = "whatsapp:+441632960000"


@dataclass
class Desk:
    """What the door hands on, and whether the database is up."""

    is_up: bool = True
    stored: list[InboundForm] = field(default_factory=list)
    news: list[StatusForm] = field(default_factory=list)
    queued: list[Receipt] = field(default_factory=list)

    async def store(self, form: InboundForm) -> Receipt:
        if not self.is_up:
            raise ConnectionError
        is_new = form.provider_sid not in {one.provider_sid for one in self.stored}
        self.stored.append(form)
        return Receipt(len(self.stored) if is_new else None, "c1", form.provider_sid)

    async def queue(self, receipt: Receipt) -> None:
        self.queued.append(receipt)

    async def note(self, form: StatusForm) -> None:
        if not self.is_up:
            raise ConnectionError
        self.news.append(form)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(desk, [TOKEN]) as client:
        yield client


def words_of_tests(text: str) -> str:
    return "Ring 999 <now>" if "kill" in text else "please try again"


def client_of(desk: Desk, tokens: list[str], words: Callable[[str], str] = words_of_tests) -> httpx.AsyncClient:
    door = Door(PUBLIC, ACCOUNT, SENDER, tokens, {}, desk.store, desk.queue, desk.note, words)
    routes = [Route(INBOUND, door.inbound, methods=["POST"]), Route(STATUS, door.status, methods=["POST"])]
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://inside")


def inbound(body: str = "how do I get a break?", **more: str) -> dict[str, str]:
    fields = {
        "MessageSid": "SM" + "a" * 32, "SmsSid": "SM" + "a" * 32, "AccountSid": ACCOUNT, "From": "whatsapp:+447700900123",
        "To": SENDER, "Body": body, "NumMedia": "0", "ProfileName": "Jo", "WaId": "447700900123", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return fields | more


async def post(
    client: httpx.AsyncClient, fields: dict[str, str], path: str = INBOUND, **headers: str
) -> httpx.Response:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, fields)
    given = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(path, content=urlencode(fields), headers=given)


async def test_a_signed_message_is_stored_queued_and_acknowledged(client: httpx.AsyncClient, desk: Desk) -> None:
    answer = await post(client, inbound())
    assert (answer.status_code, answer.content) == (204, b"")
    assert desk.stored[0].body == "how do I get a break?"
    assert [receipt.inbound_id for receipt in desk.queued] == [1]


async def test_a_repeat_is_acknowledged_and_not_queued_again(client: httpx.AsyncClient, desk: Desk) -> None:
    for _ in range(3):
        assert (await post(client, inbound())).status_code == 204
    assert len(desk.queued) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"X_Twilio_Signature": "forged"}, 403, id="forged signature"),
        pytest.param({"X_Twilio_Signature": ""}, 403, id="no signature"),
        pytest.param({"Content_Type": "application/json"}, 400, id="not a form"),
    ],
)
async def test_what_twilio_did_not_send_is_refused(
    client: httpx.AsyncClient, desk: Desk, headers: dict[str, str], status: int
) -> None:
    answer = await post(client, inbound(), **headers)
    assert answer.status_code == status
    assert "how do I" not in answer.text
    assert desk.stored == []


async def test_host_and_forwarded_headers_change_nothing(client: httpx.AsyncClient) -> None:
    answer = await post(
        client, inbound(), Host="evil.example", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http"
    )
    assert answer.status_code == 204


async def test_without_a_token_everything_is_refused(desk: Desk) -> None:
    async with client_of(desk, []) as client:
        assert (await post(client, inbound())).status_code == 403
    assert desk.stored == []


@pytest.mark.parametrize(
    "more", [{"AccountSid": "AC" + "2" * 32}, {"To": "whatsapp:+441632960999"}, {"MessageSid": "SM1"}]
)
async def test_a_signed_message_that_is_not_ours_is_refused(
    client: httpx.AsyncClient, desk: Desk, more: dict[str, str]
) -> None:
    assert (await post(client, inbound(**more))).status_code == 400
    assert desk.stored == []


async def test_too_large_a_body_is_refused_before_it_is_read_whole(client: httpx.AsyncClient, desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b"a" * 1024
        raise AssertionError("the whole body was read")

    answer = await client.post(INBOUND, content=endless(), headers={"X-Twilio-Signature": "x"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("I want to kill myself", "Ring 999 &lt;now&gt;", id="danger gets the crisis text"),
        pytest.param("how do I get a break?", "please try again", id="anything else an honest sorry"),
    ],
)
async def test_a_database_that_is_down_is_said_at_once(
    client: httpx.AsyncClient, desk: Desk, body: str, words: str
) -> None:
    desk.is_up = False
    answer = await post(client, inbound(body))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert words in answer.text
    assert desk.queued == []


async def test_status_news_is_stored(client: httpx.AsyncClient, desk: Desk) -> None:
    news = {"MessageSid": "SM" + "b" * 32, "MessageStatus": "undelivered", "ErrorCode": "63024", "AccountSid": ACCOUNT,
            "From": SENDER, "To": "whatsapp:+447700900123", "ApiVersion": "2010-04-01"}  # fmt: skip
    assert (await post(client, news, STATUS)).status_code == 204
    assert [(one.state.value, one.error_code) for one in desk.news] == [("undelivered", 63024)]
    desk.is_up = False
    assert (await post(client, news, STATUS)).status_code == 503, "Twilio may try again"


def test_crisis_text_and_apology_need_no_database(settings_for_words: Any) -> None:
    words = settings_for_words
    assert "999" in words("im going to kill myself tonight")
    assert "999" in words("he has collapsed and is not breathing")
    assert "could not save your message" in words("how do I get a break?")
    assert "could not save your message" in words("")


@pytest.fixture
def settings_for_words() -> Any:
    from assistant.doors import words_when_down
    from assistant.settings import Settings

    settings = Settings()
    return words_when_down(settings)
