"""Sends through Twilio's own client to the emulator, and every way in which they can go wrong."""

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assistant.channels.delivery import DeliveryState, Fault
from assistant.channels.emulator import Button, Content, Inbound, running
from assistant.channels.http import TwilioHttp
from assistant.channels.outcomes import SendRefused, SendRetryLater, SendUnknown
from assistant.channels.pace import SendPace
from assistant.channels.sender import Sender, Sent, TwilioSender, body_hash
from tests.assistant.channels.conftest import World
from tests.assistant.channels.forms_at_hand import ACCOUNT, CARER, SENDER, TOKEN

MINUTE = timedelta(minutes=1)
SID = "SM" + "1" * 32


def now() -> datetime:
    return datetime.now(UTC)


async def said_hello(world: World) -> str:
    """Let the carer write, which opens the 24-hour window; return the sid."""
    await world.emulator.receive(Inbound(CARER, "hello"))
    return world.webhook.inbound[-1].provider_sid


def test_twilios_sender_fits_the_protocol() -> None:
    sender: Sender = TwilioSender(ACCOUNT, TOKEN, SENDER, "")

    assert sender


async def test_a_text_reaches_the_carer_and_its_states_come_back(world: World) -> None:
    await said_hello(world)
    sent = await world.sender.send_text(CARER, "You are not alone.\nCall 01632 960101 😊")
    await world.emulator.settle()

    assert sent.state is DeliveryState.QUEUED
    assert world.emulator.transcript(CARER)[-1].body == "You are not alone.\nCall 01632 960101 😊"
    assert [(news.provider_sid, news.state) for news in world.webhook.statuses] == [
        (sent.provider_sid, state) for state in (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)
    ]
    assert await world.sender.state_of(sent.provider_sid) == Sent(sent.provider_sid, DeliveryState.READ)


async def test_a_template_with_buttons_shows_its_words_and_buttons(world: World) -> None:
    buttons = (Button("Yes", "yes"), Button("No", "no"))
    world.emulator.add_content("HX" + "1" * 32, Content("Hello {{1}}, shall we go on? {{2}}", buttons))
    await world.sender.send_template(CARER, "HX" + "1" * 32, {"1": "there", "2": "Ring 01632 960101"})
    await world.emulator.settle()
    shown = world.emulator.transcript(CARER)[-1]

    assert shown.body == "Hello there, shall we go on? Ring 01632 960101"
    assert shown.buttons == buttons
    assert shown.status == "read"


async def test_the_typing_sign_shows_and_its_failure_is_nothing(world: World) -> None:
    sid = await said_hello(world)
    await world.sender.show_typing(sid)
    assert world.emulator.transcript(CARER)[0].typing

    await world.sender.show_typing("SM" + "9" * 32)
    async with TwilioHttp(unused_address()) as nowhere:
        await TwilioSender(ACCOUNT, TOKEN, SENDER, "", nowhere).show_typing(sid)


def unused_address() -> str:
    """Return a loopback address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("to", "body", "code", "fault"),
    [
        pytest.param("whatsapp:nobody", "x", 21211, Fault.PERMANENT, id="no address"),
        pytest.param("+447700900123", "x", 21211, Fault.PERMANENT, id="an SMS address"),
        pytest.param(CARER, "x" * 1601, 21617, Fault.PERMANENT, id="too long"),
        pytest.param(CARER, "😢" * 801, 21617, Fault.PERMANENT, id="too long in emoji"),
        pytest.param(CARER, "", 21619, Fault.PERMANENT, id="empty"),
        pytest.param("whatsapp:+447700900555", "x", 21610, Fault.OPTED_OUT, id="opted out"),
    ],
)
async def test_a_refusal_says_why_and_what_to_do(world: World, to: str, body: str, code: int, fault: Fault) -> None:
    world.emulator.faults.change({"refuse_to": {"whatsapp:+447700900555": 21610}})

    with pytest.raises(SendRefused) as refusal:
        await world.sender.send_text(to, body)

    assert (refusal.value.code, refusal.value.fault, refusal.value.permanent) == (code, fault, True)
    assert to not in str(refusal.value)


async def test_a_template_that_twilio_does_not_know_is_refused(world: World) -> None:
    with pytest.raises(SendRefused) as refusal:
        await world.sender.send_template(CARER, "HX" + "0" * 32, {})
    assert refusal.value.code == 21655


async def test_outside_24_hours_a_text_is_taken_and_then_fails(world: World) -> None:
    sent = await world.sender.send_text(CARER, "Are you there?")
    await world.emulator.settle()
    news = world.webhook.statuses[-1]

    assert sent.state is DeliveryState.QUEUED
    assert (news.provider_sid, news.state, news.error_code) == (sent.provider_sid, DeliveryState.FAILED, 63016)


@pytest.mark.parametrize("fault", ["next_429", "next_503"])
async def test_a_busy_provider_says_when_to_come_back(world: World, fault: str) -> None:
    world.emulator.faults.change({fault: 1, "retry_after": 7})

    with pytest.raises(SendRetryLater) as refusal:
        await world.sender.send_text(CARER, "x")

    assert refusal.value.retry_after == timedelta(seconds=7)
    assert world.emulator.transcript(CARER) == []


async def test_a_wrong_token_holds_the_message_for_later(world: World) -> None:
    sender = TwilioSender(ACCOUNT, "wrong", SENDER, "", TwilioHttp(world.api_url))
    with pytest.raises(SendRetryLater) as refusal:
        await sender.send_text(CARER, "x")
    await sender.aclose()

    assert refusal.value.code == 20003


async def test_nobody_listening_is_safe_to_try_again() -> None:
    sender = TwilioSender(ACCOUNT, TOKEN, SENDER, "", TwilioHttp(unused_address()))
    with pytest.raises(SendRetryLater):
        await sender.send_text(CARER, "x")
    await sender.aclose()


async def test_a_line_that_breaks_after_sending_is_looked_into(world: World) -> None:
    await said_hello(world)
    world.emulator.faults.next_drop = 1
    started = now()

    with pytest.raises(SendUnknown):
        await world.sender.send_text(CARER, "Help is near")
    found = await world.sender.find_sent(CARER, body_hash("Help is near"), started)

    assert found is not None
    assert found.provider_sid == world.emulator.transcript(CARER)[-1].sid


async def test_an_inner_fault_of_twilio_is_looked_into_and_nothing_is_found(world: World) -> None:
    world.emulator.faults.next_500 = 1

    with pytest.raises(SendUnknown):
        await world.sender.send_text(CARER, "Help is near")
    assert await world.sender.find_sent(CARER, body_hash("Help is near"), now() - MINUTE) is None


async def test_an_answer_that_takes_too_long_is_looked_into(world: World) -> None:
    world.emulator.faults.delay_ms = 500
    sender = TwilioSender(ACCOUNT, TOKEN, SENDER, "", TwilioHttp(world.api_url, total_seconds=0.2))
    started = time.monotonic()

    with pytest.raises(SendUnknown):
        await sender.send_text(CARER, "x")
    await sender.aclose()

    assert time.monotonic() - started < 0.45


async def test_a_message_is_found_by_its_words_its_carer_and_its_time(world: World) -> None:
    await said_hello(world)
    first = await world.sender.send_text(CARER, " Call us. ")
    second = await world.sender.send_text(CARER, "Call us.")
    await world.sender.send_text("whatsapp:+447700900444", "Call us.")
    wanted, find = body_hash("Call us.\n"), world.sender.find_sent

    assert (await find(CARER, wanted, now() - MINUTE) or first).provider_sid == second.provider_sid
    assert (
        await find(CARER, wanted, now() - MINUTE, known={second.provider_sid}) or second
    ).provider_sid == first.provider_sid
    assert await find(CARER, wanted, now() - MINUTE, known={first.provider_sid, second.provider_sid}) is None
    assert await find(CARER, body_hash("Call me."), now() - MINUTE) is None
    assert await find(CARER, wanted, now() + timedelta(hours=1)) is None
    assert await find(CARER, None, now() - MINUTE) is not None


async def test_a_message_still_in_twilios_queue_is_found(world: World) -> None:
    world.emulator.faults.change({"steps": [], "step_ms": 0})
    await world.sender.send_text(CARER, "waiting")

    assert await world.sender.find_sent(CARER, body_hash("waiting"), now()) is not None


async def test_messages_whose_webhook_never_came_are_listed_in_order(world: World) -> None:
    started = now()
    world.emulator.faults.lose_webhooks = True
    for number in range(230):
        await world.emulator.receive(Inbound(f"whatsapp:+4477009{number:05}", f"message {number}"))
    await world.emulator.receive(Inbound(CARER, "look", kind="image"))
    found = await world.sender.received_since(started)

    assert world.webhook.inbound == []
    assert len({one.provider_sid for one in found}) == 231
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert next(one for one in found if one.address == CARER).media_count == 1
    assert await world.sender.received_since(now() + timedelta(hours=1)) == []


async def test_a_page_that_cannot_be_listed_is_told_apart(world: World) -> None:
    sender = TwilioSender(ACCOUNT, "wrong", SENDER, "", TwilioHttp(world.api_url))
    with pytest.raises(SendRetryLater):
        await sender.received_since(now())
    await sender.aclose()


async def test_no_second_has_more_sends_than_the_pace(world: World) -> None:
    sender = TwilioSender(ACCOUNT, TOKEN, SENDER, "", TwilioHttp(world.api_url), SendPace(40))
    started = time.monotonic()
    await asyncio.gather(*(sender.send_text(CARER, f"part {number}") for number in range(81)))
    took = time.monotonic() - started
    await sender.aclose()

    assert 2.0 <= took < 6.0
    assert len(world.emulator.arrivals) == 81


Answer = Callable[[Request], Awaitable[Response]]


async def raised_by(answer: Answer) -> BaseException:
    """Return what a send raises when Twilio gives some answer."""
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    async with running(app) as url, TwilioHttp(url) as http:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - each test names the class it wants
            await TwilioSender(ACCOUNT, TOKEN, SENDER, "", http).send_text(CARER, "x")
    return raised.value


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        pytest.param(201, "not JSON", SendUnknown, id="201 with noise"),
        pytest.param(201, "[]", SendUnknown, id="201 with a list"),
        pytest.param(201, "{}", SendUnknown, id="201 without a sid"),
        pytest.param(201, "", SendUnknown, id="201 with nothing"),
        pytest.param(400, "<html>", SendRefused, id="400 with a page"),
        pytest.param(404, '{"code": 20404, "message": "x"}', SendRefused, id="404"),
        pytest.param(401, "<html>", SendRetryLater, id="401 with a page"),
        pytest.param(502, "<html>Bad Gateway</html>", SendUnknown, id="502"),
        pytest.param(504, "", SendUnknown, id="504"),
        pytest.param(503, "", SendRetryLater, id="503"),
        pytest.param(429, "slow down", SendRetryLater, id="429"),
        pytest.param(302, "", SendUnknown, id="a redirect, which is not followed"),
    ],
)
async def test_any_answer_of_twilio_has_a_name(status: int, body: str, error: type[Exception]) -> None:
    async def answer(_: Request) -> Response:
        return PlainTextResponse(body, status, {"Location": "https://evil.example/"})

    assert type(await raised_by(answer)) is error


async def test_a_newer_error_shape_is_read() -> None:
    problem = {"type": "https://www.twilio.com/docs/errors/63007", "title": "Not found", "status": 400, "code": 63007}

    async def answer(_: Request) -> Response:
        return Response(json.dumps(problem), 400, media_type="application/problem+json")

    refusal = await raised_by(answer)
    assert isinstance(refusal, SendRefused)
    assert refusal.code == 63007


@pytest.mark.parametrize(
    "uri",
    ["https://evil.example/2010", "http://api.twilio.com/", "https://api.twilio.com.evil.example/", "file:///etc"],
)
async def test_our_token_goes_nowhere_but_to_twilio(uri: str) -> None:
    async with TwilioHttp() as http:
        with pytest.raises(ValueError, match=r"not Twilio's"):
            await http.request("GET", uri, auth=(ACCOUNT, TOKEN))


async def test_errors_and_logs_never_name_a_carer(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    world.emulator.faults.next_drop = 1
    for wanted in (SendUnknown, SendRefused):
        with pytest.raises(wanted) as raised:
            await world.sender.send_text(CARER if wanted is SendUnknown else f"{CARER}x", "private words")
        assert CARER not in repr(raised.value) + str(raised.value.__cause__ or "") + str(raised.value.__context__ or "")
    await world.sender.find_sent(CARER, None, now())

    assert "447700900123" not in caplog.text
    assert "private words" not in caplog.text


async def test_a_sender_can_be_built_before_any_loop_runs_and_closed_twice(world: World) -> None:
    sent = await world.sender.send_text(CARER, "x")
    await world.sender.aclose()
    await world.sender.aclose()
    again = await world.sender.send_text(CARER, "x")
    assert sent.provider_sid != again.provider_sid, "and it opens anew when it is asked to send once more"


def test_the_hash_forgives_outer_spaces_and_unicode_forms() -> None:
    assert body_hash("Café \n") == body_hash("Cafe\u0301")
    assert body_hash("a") != body_hash("b")
