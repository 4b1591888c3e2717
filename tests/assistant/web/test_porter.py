"""The porter answers webhooks itself, hands every other connection on, and is replaced when it ends."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from assistant.benches.load import Sent, answers, message, post, signed
from assistant.benches.path import children_of
from assistant.benches.rig import Rig, rig
from assistant.web import house, porter
from assistant.web.house import House, Lodge
from assistant.web.porter import is_webhook


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param([b"POST /whatsapp/inbound HTTP/1.1\r\n"], True, id="a webhook"),
        pytest.param([b"POST /wha", b"tsapp/status HTTP/1.1\r\n"], True, id="a webhook in pieces"),
        pytest.param([b"GET /whatsapp/inbound HTTP/1.1\r\n"], False, id="a page"),
        pytest.param([b"POST /sign-in HTTP/1.1\r\n"], False, id="a form"),
        pytest.param([b"P"], False, id="one that dawdles"),
        pytest.param([], False, id="one that says nothing"),
    ],
)
async def test_a_connection_is_known_by_its_first_letters(
    monkeypatch: pytest.MonkeyPatch, sent: list[bytes], kept: bool
) -> None:
    monkeypatch.setattr(porter, "PATIENCE", 0.2)
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        looking = asyncio.create_task(is_webhook(ours))
        for part in sent:
            theirs.sendall(part)
            await asyncio.sleep(0.03)
        assert await looking is kept
        assert not sent or ours.recv(64, socket.MSG_PEEK) == b"".join(sent), "nothing was taken out"


async def test_a_caller_who_has_gone_is_noticed() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.close()
    with ours, pytest.raises(ConnectionError):
        await is_webhook(ours)


async def test_the_porter_is_told_the_approved_words_and_each_change_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "AGAIN", 0.01)
    words = [b'{"crisis.yaml": "one"}']

    async def told(line: bytes) -> None:
        assert line == b"news\n"
        words[0] = b'{"crisis.yaml": "two"}'

    async def app(scope: object, receive: object, send: object) -> None: ...

    with socket.create_server(("127.0.0.1", 0)) as listener:
        lodge = Lodge(listener, "assistant.porter")
        (lodge.news, far), (lodge.handed, other) = socket.socketpair(), socket.socketpair()
        hears, tells = await asyncio.open_connection(sock=far)
        server = House(uvicorn.Config(app), lodge, told, lambda: words[0])
        listening = asyncio.create_task(server._listen())
        assert await hears.readline() == b'{"crisis.yaml": "one"}\n'
        tells.write(b"news\n")
        assert await hears.readline() == b'{"crisis.yaml": "two"}\n'
        tells.close()
        await listening
        for one in (other, lodge.news, lodge.handed):
            one.close()


@pytest.fixture
async def made(tmp_path: Path, shared_var: Path) -> AsyncIterator[Rig]:
    async with rig(tmp_path / "var", shared_var) as one:
        await one.until_ready()
        yield one


async def is_refused(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def write(made: Rig, fields: dict[str, str], seen: Sent) -> None:
    await post(made, signed(made, fields), fields["MessageSid"], seen)


@pytest.mark.timeout(180)
async def test_webhooks_are_kept_pages_are_handed_on_and_a_killed_porter_is_replaced(made: Rig) -> None:
    assert made.server
    [first] = children_of(made.server.pid)
    thinks, keeps = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (made.server.pid, first))
    assert thinks > keeps  # who thinks gives way to who acknowledges
    seen = Sent()
    async with httpx.AsyncClient(timeout=15) as client:
        page = await client.get(f"{made.url}/healthz")
        assert (page.status_code, page.headers.get("connection")) == (200, None)
        await write(made, message(1, "how do I get a break?", 1), seen)
        assert len(await answers(made, 1, 30)) == 1

        os.kill(first, signal.SIGKILL)
        await made.until_ready()
        [second] = children_of(made.server.pid)
        assert second != first
        await write(made, message(2, "what is attendance allowance", 2), seen)
        assert len(await answers(made, 2, 30)) == 2
    assert (len(seen.acked), seen.failures) == (2, 0)

    os.kill(made.server.pid, signal.SIGKILL)
    made.server.wait()
    async with asyncio.timeout(5):  # the porter leaves too, and with it the port
        while not await is_refused(made.port):
            await asyncio.sleep(0.05)
