"""Carers who write, webhooks that fail, callbacks out of order: the emulator behaves as Twilio does."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from starlette.responses import Response

from assistant.channels.delivery import DeliveryState
from assistant.channels.emulator import Account, Button, Content, Emulator, Faults, Inbound, Signer
from assistant.channels.emulator.control import busiest_second
from assistant.domain.turn import Kind
from tests.assistant.channels.conftest import World
from tests.assistant.channels.forms_at_hand import ACCOUNT, CARER, SENDER, TOKEN

BOB = "whatsapp:+447700900444"


@pytest.mark.parametrize(
    "kind",
    ["text", "voice", "image", "video", "document", "sticker", "location", "contact", "button", "list", "unsupported"],
)
async def test_every_kind_of_message_passes_our_own_checks(world: World, kind: str) -> None:
    answer = await world.emulator.receive(
        Inbound(CARER, "hello" if kind == "text" else "", kind=kind, title="Yes", payload="yes")
    )
    expected = {"list": Kind.BUTTON, "unsupported": Kind.TEXT}.get(kind) or Kind(kind)

    assert (answer.status, answer.attempts, world.webhook.refused) == (204, 1, [])
    assert world.webhook.inbound[0].kind is expected
    assert world.webhook.inbound[0].token == world.webhook.headers[0]["i-twilio-idempotency-token"]


async def test_a_person_who_hides_the_number_writes_from_a_user_id(world: World) -> None:
    hidden = "whatsapp:GB.AB12cd34"
    await world.emulator.receive(Inbound(hidden, "hello"))
    await world.sender.send_text(hidden, "Hello, you are not alone.")
    await world.emulator.settle()

    assert (world.webhook.inbound[0].address, world.webhook.inbound[0].user_id) == (hidden, hidden)
    assert world.emulator.transcript(hidden)[-1].status == "read"


async def test_a_webhook_signed_with_a_shared_key_passes(world: World) -> None:
    world.webhook.shared_keys = {"key_1": "shared-secret"}
    emulator = Emulator(world.emulator.account, Signer.shared("key_1", "shared-secret"))
    answer = await emulator.receive(Inbound(CARER, "hello"))
    await emulator.aclose()

    assert (answer.status, len(world.webhook.inbound)) == (204, 1)


async def test_a_webhook_of_another_account_is_refused_by_our_side(world: World) -> None:
    emulator = Emulator(Account(ACCOUNT, "another-token", SENDER, world.emulator.account.webhook_url))
    answer = await emulator.receive(Inbound(CARER, "hello"))
    await emulator.aclose()

    assert (answer.status, answer.error_code, world.webhook.inbound) == (403, 11200, [])


@pytest.mark.parametrize(
    ("body", "media_type", "texts"),
    [
        (
            "<Response><Message>One &amp; two</Message><Message><Body>Three</Body></Message></Response>",
            "text/xml",
            ["One & two", "Three"],
        ),
        ("<Response/>", "application/xml", []),
        ("Plain words", "text/plain", ["Plain words"]),
        ("", "text/xml", []),
    ],
)
async def test_texts_in_an_answer_reach_the_carer(world: World, body: str, media_type: str, texts: list[str]) -> None:
    world.webhook.answers = [Response(body, media_type=media_type)]
    answer = await world.emulator.receive(Inbound(CARER, "hello"))
    await world.emulator.settle()

    assert list(answer.texts) == texts
    assert [entry.body for entry in world.emulator.transcript(CARER)] == ["hello", *texts]


@pytest.mark.parametrize(
    ("body", "media_type", "code"), [("{}", "application/json", 12300), ("<Response>", "text/xml", 12100)]
)
async def test_an_answer_that_twilio_cannot_read_is_an_error(
    world: World, body: str, media_type: str, code: int
) -> None:
    world.webhook.answers = [Response(body, media_type=media_type)]

    assert (await world.emulator.receive(Inbound(CARER, "hello"))).error_code == code


async def test_the_same_message_can_be_delivered_again_and_again(world: World) -> None:
    world.emulator.faults.duplicates = 2
    await world.emulator.receive(Inbound(CARER, "hello", sid="SM" + "7" * 32))
    await world.emulator.receive(Inbound(CARER, "hello", sid="SM" + "7" * 32))

    assert len(world.webhook.inbound) == 6
    assert len({(form.provider_sid, form.token) for form in world.webhook.inbound}) == 1
    assert len(world.emulator.transcript(CARER)) == 1


async def test_an_outage_loses_the_webhook_but_not_the_message(world: World) -> None:
    world.emulator.faults.lose_webhooks = True
    answer = await world.emulator.receive(Inbound(CARER, "help"))

    assert (answer.attempts, answer.error_code, world.webhook.headers) == (0, 11200, [])
    assert [one.body for one in await world.sender.received_since(datetime.now(UTC) - timedelta(minutes=1))] == ["help"]


@asynccontextmanager
async def flaky(failures: int) -> AsyncIterator[tuple[str, list[int]]]:
    """Serve a webhook that hangs up on the first few callers."""
    calls: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r")[0]))
        calls.append(len(calls))
        if len(calls) > failures:
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in", calls


@pytest.mark.parametrize(
    ("failures", "fragment", "calls", "status"),
    [
        pytest.param(0, "", 1, 204, id="good at once"),
        pytest.param(1, "", 2, 204, id="one retry by default"),
        pytest.param(2, "", 2, 0, id="no second retry by default"),
        pytest.param(3, "#rc=3", 4, 204, id="more when asked for"),
        pytest.param(1, "#rc=0", 1, 0, id="none when asked for"),
    ],
)
async def test_a_broken_connection_is_tried_again(failures: int, fragment: str, calls: int, status: int) -> None:
    async with flaky(failures) as (url, seen):
        emulator = Emulator(Account(ACCOUNT, TOKEN, SENDER, url + fragment))
        answer = await emulator.receive(Inbound(CARER, "hello"))
        await emulator.aclose()

    assert (len(seen), answer.attempts, answer.status) == (calls, calls, status)
    assert answer.error_code == (0 if status else 11200)


@pytest.mark.parametrize(
    ("fragment", "attempts", "status"), [("", 1, 503), ("#rp=5xx&rc=2", 3, 204), ("#rp=4xx", 1, 503)]
)
async def test_an_error_page_is_tried_again_only_when_asked_for(
    world: World, fragment: str, attempts: int, status: int
) -> None:
    world.webhook.answers = [Response(status_code=503), Response(status_code=503)]
    emulator = Emulator(Account(ACCOUNT, TOKEN, SENDER, world.emulator.account.webhook_url + fragment))
    answer = await emulator.receive(Inbound(CARER, "hello"))
    await emulator.aclose()

    assert (answer.attempts, answer.status) == (attempts, status)
    assert len({form.token for form in world.webhook.inbound}) == 1


async def test_a_webhook_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/in#rt=100&tt=300&rp=all&rc=5"
        emulator = Emulator(Account(ACCOUNT, TOKEN, SENDER, url))
        answer = await asyncio.wait_for(emulator.receive(Inbound(CARER, "hello")), 5)
        await emulator.aclose()

    assert (answer.status, answer.error_code) == (0, 11200)


async def states(world: World, **faults: object) -> list[str]:
    """Send one message on a day with some faults; return the states that came back."""
    await world.emulator.receive(Inbound(CARER, "hello"))
    world.emulator.faults.change(dict(faults))
    await world.sender.send_text(CARER, "Hi")
    await world.emulator.settle()
    return [news.state.value for news in world.webhook.statuses]


async def test_states_come_back_in_order(world: World) -> None:
    assert await states(world, steps=["queued", "sending", "sent", "delivered", "read"]) == [
        "queued",
        "sending",
        "sent",
        "delivered",
        "read",
    ]


async def test_states_can_come_back_out_of_order(world: World) -> None:
    found = await states(world, shuffle=True, seed=2)

    assert found != ["sent", "delivered", "read"]
    assert sorted(found) == ["delivered", "read", "sent"]


async def test_states_can_be_missing_and_a_message_can_stay_undelivered(world: World) -> None:
    assert await states(world, silent=["delivered"]) == ["sent", "read"]
    world.webhook.statuses.clear()
    assert await states(world, silent=[], steps=["sent"]) == ["sent"]
    assert world.emulator.transcript(CARER)[-1].status == "sent"


async def test_a_message_to_one_who_blocked_us_fails_later(world: World) -> None:
    await states(world, fail_to={CARER: 63014})
    news = world.webhook.statuses[-1]

    assert (news.state, news.error_code) == (DeliveryState.FAILED, 63014)
    assert world.emulator.transcript(CARER)[-1].error_code == 63014


async def test_the_24_hour_window_opens_with_each_message_and_closes_again(world: World) -> None:
    moment = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    emulator = Emulator(world.emulator.account, now=lambda: moment)
    emulator.faults.step_ms = 0
    emulator.add_content("HX1", Content("We are here.", approved=True))
    emulator.add_content("HX2", Content("Shall we go on?", (Button("Yes", "yes"),), approved=False))
    found = []
    for hours in (None, 0, 23.9, 24, 48):
        if hours is not None:
            moment = datetime(2026, 11, 23, 2, 0, tzinfo=UTC) + timedelta(hours=hours)
        if hours == 0:
            await emulator.receive(Inbound(CARER, "hello"))
        for form in ({"Body": "Hi"}, {"ContentSid": "HX1"}, {"ContentSid": "HX2"}):
            sent = emulator.accept({"To": CARER, "From": SENDER, **form})
            await emulator.settle()
            found.append(sent.error_code or 0)
    await emulator.aclose()

    assert found == [63016, 0, 63016, *[0, 0, 0], *[0, 0, 0], *[63016, 0, 63016], *[63016, 0, 63016]]


async def test_a_page_can_wait_for_changes(world: World) -> None:
    before = await world.emulator.changes_since(0)
    waiting = asyncio.create_task(world.emulator.changes_since(before.cursor, wait=5))
    await asyncio.sleep(0.01)
    await world.emulator.receive(Inbound(CARER, "hello"))
    found = await asyncio.wait_for(waiting, 1)

    assert [entry.body for entry in found.entries] == ["hello"]
    assert found.cursor > before.cursor
    assert (await world.emulator.changes_since(found.cursor)).entries == ()


async def test_changes_show_each_message_once_in_its_newest_state(world: World) -> None:
    await states(world)
    found = await world.emulator.changes_since(0)

    assert [(entry.body, entry.status) for entry in found.entries] == [("hello", "received"), ("Hi", "read")]
    assert [entry.cursor for entry in found.entries] == sorted(entry.cursor for entry in found.entries)
    assert found.cursor == found.entries[-1].cursor


async def test_changes_can_be_of_one_carer_alone(world: World) -> None:
    await world.emulator.receive(Inbound(CARER, "Ann"))
    await world.emulator.receive(Inbound(BOB, "Bob"))
    waiting = asyncio.create_task(world.emulator.changes_since(2, CARER, wait=0.05))

    assert [entry.body for entry in (await world.emulator.changes_since(0, BOB)).entries] == ["Bob"]
    assert (await waiting).entries == ()


async def test_a_subscriber_sees_every_change(world: World) -> None:
    seen = []

    async def watch() -> None:
        async for entry in world.emulator.subscribe(CARER):
            seen.append((entry.body, entry.status))
            if entry.status == "read":
                return

    watching = asyncio.create_task(watch())
    await states(world)
    await asyncio.wait_for(watching, 2)

    assert seen[0] == ("hello", "received")
    assert seen[-1] == ("Hi", "read")


async def control(world: World, method: str, path: str, said: object = None) -> tuple[int, object]:
    async with aiohttp.ClientSession() as session, session.request(method, world.api_url + path, json=said) as answer:
        return answer.status, await answer.json() if answer.status != 204 else None


@pytest.mark.parametrize("prefix", ["", "/emulator"])
async def test_the_control_pages_do_the_same_over_http(world: World, prefix: str) -> None:
    said = {"from": CARER, "body": "hello", "kind": "button", "title": "Yes", "payload": "yes"}
    content = {"sid": "HX9", "body": "Go on?", "buttons": [["Yes", "yes"]], "approved": False}
    if prefix:
        status, answer = await control(world, "POST", f"{prefix}/inbound", said)
        assert (status, answer["status"], answer["texts"]) == (200, 204, [])  # type: ignore[index]
    else:
        await world.emulator.receive(Inbound(CARER, "hello", kind="button", title="Yes", payload="yes"))
    assert await control(world, "POST", f"{prefix}/contents", content) == (204, None)
    await world.sender.send_template(CARER, "HX9", {})
    await world.emulator.settle()
    _, phone = await control(world, "GET", f"{prefix}/transcript?address=whatsapp:%2B447700900123")
    _, changes = await control(world, "GET", f"{prefix}/changes?cursor=1&wait=0")
    _, stats = await control(world, "GET", f"{prefix}/stats")

    assert [entry["body"] for entry in phone["entries"]] == ["hello", "Go on?"]  # type: ignore[index]
    assert phone["entries"][1]["buttons"] == [{"text": "Yes", "payload": "yes"}]  # type: ignore[index]
    assert [entry["status"] for entry in changes["entries"]] == ["read"]  # type: ignore[index]
    assert stats == {"messages": 2, "busiest_second": 1}


async def test_faults_are_set_and_shown_over_http(world: World) -> None:
    status, shown = await control(
        world, "POST", "/emulator/faults", {"next_429": 2, "steps": ["sent"], "fail_to": {CARER: 63014}}
    )

    assert status == 200
    assert json.loads(json.dumps(world.emulator.faults.shown())) == shown
    assert world.emulator.faults.fail_to == {CARER: 63014}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/emulator/faults", {"next_418": 1}), ("/emulator/faults", {"shuffle": 1}), ("/emulator/faults", {"step_ms": "slow"}),
        ("/emulator/inbound", {"from": "nobody", "body": "x"}), ("/emulator/inbound", {"body": "x"}),
        ("/emulator/inbound", {"from": CARER, "mood": "sad"}), ("/emulator/inbound", ["x"]),
        ("/emulator/contents", {"sid": "HX1"}), ("/emulator/contents", {"sid": "HX1", "body": "x", "buttons": [["a"]]}),
    ],
)  # fmt: skip
async def test_a_wrong_request_is_explained(world: World, path: str, said: object) -> None:
    status, answer = await control(world, "POST", path, said)

    assert status == 400
    assert answer["message"]  # type: ignore[index]


async def test_another_sites_page_cannot_write_as_a_carer(world: World) -> None:
    """A browser sends plain text to another site without asking first, but not JSON."""
    said = json.dumps({"from": CARER, "body": "x"})
    async with aiohttp.ClientSession() as session:
        answer = await session.post(
            f"{world.api_url}/emulator/inbound", data=said, headers={"Content-Type": "text/plain"}
        )

    assert answer.status == 400
    assert world.emulator.transcript(CARER) == []


def test_the_busiest_second_leaves_its_end_out() -> None:
    assert busiest_second([]) == 0
    assert busiest_second([0.0, 0.5, 1.0, 1.4]) == 3
    assert busiest_second([0.0, 1.0, 2.0]) == 1


def test_shares_of_faults_repeat_with_their_seed() -> None:
    def struck() -> list[bool]:
        faults = Faults()
        faults.change({"share_429": 0.5, "seed": 3})
        return [faults.strike("429") for _ in range(50)]

    assert struck() == struck()
    assert 10 < sum(struck()) < 40


async def test_it_runs_on_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    arguments = ["--port", str(port), "--webhook", "http://127.0.0.1:9/", "--account", ACCOUNT, "--token", TOKEN]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant.channels.emulator", *arguments, env={**os.environ, "PYTHONPATH": "."}
    )
    try:
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/emulator/stats") as answer:
                        assert await answer.json() == {"messages": 0, "busiest_second": 0}
                        break
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.1)
    finally:
        process.terminate()
        await process.wait()
