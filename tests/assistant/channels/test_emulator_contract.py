"""The emulator is held to the shapes that Twilio documents, through Twilio's own client.

The expected fields are read from the client's source, so a newer client makes these tests fail when Twilio's
resource has grown.
"""

import inspect
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.message.media import MediaInstance
from twilio.rest.messaging.v2.typing_indicator import TypingIndicatorInstance

from assistant.channels.emulator import Inbound
from assistant.channels.http import TwilioHttp
from assistant.channels.outcomes import SendRetryLater
from tests.assistant.channels.conftest import World
from tests.assistant.channels.forms_at_hand import ACCOUNT, CARER, SENDER, TOKEN

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
TEXT = re.compile(r".*", re.DOTALL)
RFC_2822 = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000")
SHAPES: Mapping[str, re.Pattern[str] | type | tuple[re.Pattern[str] | None, ...]] = {
    "account_sid": re.compile(ACCOUNT),
    "api_version": re.compile("2010-04-01"),
    "body": TEXT,
    "date_created": RFC_2822,
    "date_sent": (RFC_2822, None),
    "date_updated": RFC_2822,
    "direction": re.compile("inbound|outbound-api|outbound-call|outbound-reply"),
    "error_code": int,
    "error_message": (TEXT, None),
    "from": re.compile(r"whatsapp:\+\d+"),
    "messaging_service_sid": (re.compile(r"MG[0-9a-f]{32}"), None),
    "num_media": re.compile(r"\d+"),
    "num_segments": re.compile(r"\d+"),
    "price": (re.compile(r"-?\d+\.\d+"), None),
    "price_unit": (re.compile(r"[A-Z]{3}"), None),
    "sid": re.compile(r"(SM|MM)[0-9a-f]{32}"),
    "status": re.compile("queued|sending|sent|failed|delivered|undelivered|received|read"),
    "subresource_uris": dict,
    "to": re.compile(r"whatsapp:\+\d+"),
    "uri": re.compile(rf"{MESSAGES}/(SM|MM)[0-9a-f]{{32}}\.json"),
}
PAGE_KEYS = {"end", "first_page_uri", "next_page_uri", "page", "page_size", "previous_page_uri", "start", "uri"}


def documented(resource: type) -> set[str]:
    """Return the JSON fields that Twilio's client reads for a resource."""
    return set(re.findall(r'payload\.get\(\s*"(\w+)"', inspect.getsource(resource.__init__)))  # type: ignore[misc]


def fits(value: Any, shape: Any) -> bool:
    """Say whether a JSON value has its documented shape."""
    if shape is int:
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    if isinstance(shape, type):
        return isinstance(value, shape)
    if isinstance(shape, tuple):
        return any(value is None if one is None else isinstance(value, str) and one.fullmatch(value) for one in shape)
    return isinstance(value, str) and shape.fullmatch(value) is not None


def misfits(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a Message resource that are not as documented."""
    return {name: value for name, value in resource.items() if name not in SHAPES or not fits(value, SHAPES[name])}


async def ask(world: World, method: str, path: str, **more: Any) -> tuple[int, Any, Mapping[str, str]]:
    """Ask the REST API without Twilio's client."""
    auth = {"Authorization": aiohttp.encode_basic_auth(more.pop("user", ACCOUNT), more.pop("token", TOKEN))}
    async with (
        aiohttp.ClientSession(headers=auth) as session,
        session.request(method, world.api_url + path, **more) as answer,
    ):
        return answer.status, await answer.json() if answer.status != 204 else None, answer.headers


def client(world: World, http: TwilioHttp, token: str = TOKEN) -> Any:
    return Client(ACCOUNT, token, http_client=http)


def test_the_expected_shapes_are_all_that_twilios_client_reads() -> None:
    assert documented(MessageInstance) == SHAPES.keys()


async def test_a_created_message_has_every_documented_field(world: World) -> None:
    status, made, headers = await ask(
        world, "POST", f"{MESSAGES}.json", data={"To": CARER, "From": SENDER, "Body": "Hi é 😊"}
    )

    assert status == 201
    assert headers["Content-Type"].startswith("application/json")
    assert made.keys() == SHAPES.keys()
    assert misfits(made) == {}
    assert (made["status"], made["direction"], made["date_sent"], made["price"]) == (
        "queued",
        "outbound-api",
        None,
        None,
    )
    assert made["subresource_uris"] == {"media": f"{MESSAGES}/{made['sid']}/Media.json"}


async def test_twilios_client_reads_each_field_as_its_type(world: World) -> None:
    await world.emulator.receive(Inbound(CARER, "hello"))
    sent = await world.sender.send_text(CARER, "Hi")
    await world.emulator.settle()
    async with TwilioHttp(world.api_url) as http:
        message = await client(world, http).messages(sent.provider_sid).fetch_async()

    for name, hint in inspect.get_annotations(MessageInstance).items():
        assert isinstance(getattr(message, name), get_args(hint)), name
    assert isinstance(message.date_sent, datetime)
    assert message.date_created <= message.date_sent <= message.date_updated
    assert abs((datetime.now(UTC) - message.date_created).total_seconds()) < 60
    assert message.status == MessageInstance.Status.READ
    assert message.error_code is None
    assert message.price == "-0.00500"


async def test_inbound_failed_and_templated_messages_have_the_same_fields(world: World) -> None:
    await world.emulator.receive(Inbound(CARER, "hello"))
    await world.emulator.receive(Inbound(CARER, kind="image"))
    await world.sender.send_text("whatsapp:+447700900999", "out of time")
    await world.emulator.settle()
    _, page, _ = await ask(world, "GET", f"{MESSAGES}.json")

    assert [misfits(message) for message in page["messages"]] == [{}] * 3
    assert [message["direction"] for message in page["messages"]] == ["outbound-api", "inbound", "inbound"]
    assert page["messages"][0]["error_code"] == 63016
    assert page["messages"][1]["num_media"] == "1"


async def test_a_list_has_every_documented_field_around_it(world: World) -> None:
    _, page, _ = await ask(world, "GET", f"{MESSAGES}.json?PageSize=2")

    assert page.keys() == PAGE_KEYS | {"messages"}
    assert (page["messages"], page["page_size"], page["next_page_uri"]) == ([], 2, None)


async def test_pages_follow_one_another_without_gaps_or_repeats(world: World) -> None:
    for number in range(23):
        await world.sender.send_text(CARER, f"message {number}")
    async with TwilioHttp(world.api_url) as http:
        messages = client(world, http).messages
        listed = [message.body async for message in await messages.stream_async(page_size=5)]
        first = await messages.page_async(page_size=5)
        await world.sender.send_text(CARER, "arrived in between")
        second = await first.next_page_async()

    assert listed == [f"message {number}" for number in reversed(range(23))]
    assert [message.body for message in second] == [f"message {number}" for number in (17, 16, 15, 14, 13)]


@pytest.mark.parametrize(
    ("filters", "bodies"),
    [
        ({"to": CARER}, ["to Ann"]),
        ({"from_": CARER}, ["from Ann"]),
        ({"to": SENDER}, ["from Bob", "from Ann"]),
        ({"from_": SENDER}, ["to Bob", "to Ann"]),
        ({"to": CARER, "from_": SENDER}, ["to Ann"]),
        ({"to": "whatsapp:+447700900777"}, []),
        ({"date_sent_after": datetime(2020, 1, 1, tzinfo=UTC)}, ["to Bob", "to Ann", "from Bob", "from Ann"]),
        ({"date_sent_before": datetime(2020, 1, 1, tzinfo=UTC)}, []),
        ({"date_sent": datetime(2020, 1, 1, tzinfo=UTC)}, []),
        ({"limit": 1}, ["to Bob"]),
    ],
)
async def test_a_list_can_be_narrowed(world: World, filters: dict[str, Any], bodies: list[str]) -> None:
    bob = "whatsapp:+447700900444"
    await world.emulator.receive(Inbound(CARER, "from Ann"))
    await world.emulator.receive(Inbound(bob, "from Bob"))
    await world.sender.send_text(CARER, "to Ann")
    await world.sender.send_text(bob, "to Bob")
    await world.emulator.settle()
    async with TwilioHttp(world.api_url) as http:
        listed = await client(world, http).messages.list_async(**filters)

    assert [message.body for message in listed] == bodies


@pytest.mark.parametrize(
    ("form", "code", "status"),
    [
        ({"From": SENDER, "Body": "x"}, 21604, 400),
        ({"To": CARER, "Body": "x"}, 21603, 400),
        ({"To": "whatsapp:+1", "From": SENDER, "Body": "x"}, 21211, 400),
        ({"To": CARER, "From": "whatsapp:+441632960999", "Body": "x"}, 63007, 400),
        ({"To": CARER, "From": SENDER}, 21619, 400),
        ({"To": CARER, "From": SENDER, "Body": "x" * 1601}, 21617, 400),
        ({"To": CARER, "From": SENDER, "Body": "x", "StatusCallback": "here"}, 21609, 400),
        ({"To": CARER, "From": SENDER, "ContentSid": "HX0"}, 21655, 400),
    ],
)
async def test_a_refusal_has_twilios_error_body(world: World, form: dict[str, str], code: int, status: int) -> None:
    answered, body, _ = await ask(world, "POST", f"{MESSAGES}.json", data=form)

    assert answered == status
    assert body.keys() == {"code", "message", "more_info", "status"}
    assert (body["code"], body["status"]) == (code, status)
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert len(body["message"]) > 10


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "code"),
    [
        ("GET", f"{MESSAGES}.json", {"token": "wrong"}, 401, 20003),
        ("GET", f"{MESSAGES}.json", {"user": "AC0"}, 401, 20003),
        ("GET", f"{MESSAGES}/SM0.json", {}, 404, 20404),
        ("GET", "/2010-04-01/Accounts/AC0/Messages.json", {}, 404, 20404),
        ("GET", "/2010-04-01/Nothing.json", {}, 404, 20404),
        ("PUT", f"{MESSAGES}.json", {}, 405, 20004),
        ("GET", f"{MESSAGES}.json?PageSize=many", {}, 400, 20001),
        ("GET", f"{MESSAGES}.json?DateSent=soon", {}, 400, 20001),
    ],
)
async def test_every_other_refusal_has_it_too(
    world: World, method: str, path: str, more: dict[str, str], status: int, code: int
) -> None:
    answered, body, _ = await ask(world, method, path, **more)

    assert (answered, body["code"], body["status"]) == (status, code, status)
    assert body.keys() == {"code", "message", "more_info", "status"}


@pytest.mark.parametrize(("fault", "status", "code"), [("429", 429, 20429), ("503", 503, 20503), ("500", 500, 20500)])
async def test_a_fault_set_by_hand_strikes_once(world: World, fault: str, status: int, code: int) -> None:
    world.emulator.faults.change({f"next_{fault}": 1, "retry_after": 3})
    form = {"To": CARER, "From": SENDER, "Body": "x"}
    answered, body, headers = await ask(world, "POST", f"{MESSAGES}.json", data=form)

    assert (answered, body["code"]) == (status, code)
    assert headers.get("Retry-After") == (None if status == 500 else "3")
    assert (await ask(world, "POST", f"{MESSAGES}.json", data=form))[0] == 201


async def test_without_credentials_nothing_is_said(world: World) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{world.api_url}{MESSAGES}.json") as answer:
        assert answer.status == 401


async def test_twilios_client_raises_its_own_errors(world: World) -> None:
    async with TwilioHttp(world.api_url) as http:
        with pytest.raises(TwilioRestException) as wrong:
            await client(world, http).messages.create_async(to="whatsapp:+1", from_=SENDER, body="x")
        with pytest.raises(TwilioRestException) as stranger:
            await client(world, http, "wrong").messages("SM" + "0" * 32).fetch_async()
        world.emulator.faults.next_429 = 1
        with pytest.raises(SendRetryLater):
            await client(world, http).messages.create_async(to=CARER, from_=SENDER, body="x")

    assert (wrong.value.code, wrong.value.status) == (21211, 400)
    assert (stranger.value.code, stranger.value.status) == (20003, 401)


async def test_a_text_can_be_redacted_and_a_message_deleted(world: World) -> None:
    sent = await world.sender.send_text(CARER, "private")
    async with TwilioHttp(world.api_url) as http:
        message = client(world, http).messages(sent.provider_sid)
        assert (await message.update_async(body="")).body == ""
        assert await message.delete_async() is True
        with pytest.raises(TwilioRestException) as gone:
            await message.fetch_async()

    assert gone.value.status == 404
    assert world.emulator.transcript(CARER) == []


async def test_an_attachment_can_be_listed_and_fetched(world: World) -> None:
    await world.emulator.receive(Inbound(CARER, kind="voice"))
    sid = world.webhook.inbound[0].provider_sid
    async with TwilioHttp(world.api_url) as http:
        listed = await client(world, http).messages(sid).media.list_async()
    _, page, _ = await ask(world, "GET", f"{MESSAGES}/{sid}/Media.json")
    async with aiohttp.ClientSession(headers={"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}) as session:
        got = await session.get(f"{world.api_url}{MESSAGES}/{sid}/Media/{listed[0].sid}")

    assert sid.startswith("MM")
    assert page["media_list"][0].keys() == documented(MediaInstance)
    assert listed[0].content_type == got.content_type == "audio/ogg"


async def test_the_typing_sign_answers_as_documented(world: World) -> None:
    await world.emulator.receive(Inbound(CARER, "hello"))
    sid = world.webhook.inbound[0].provider_sid
    status, body, _ = await ask(
        world, "POST", "/v2/Indicators/Typing.json", data={"channel": "whatsapp", "messageId": sid}
    )

    assert (status, body) == (200, {"success": True})
    assert body.keys() == documented(TypingIndicatorInstance)
    assert (await ask(world, "POST", "/v2/Indicators/Typing.json", data={"messageId": sid}))[0] == 404
