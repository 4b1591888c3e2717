"""Checkpoints leave the service: to a mailbox over SMTP and to a store over HTTP, each spoken to over a real socket."""

import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from assistant.loopback import free_port
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from governance.audit import verify_log
from governance.checkpoint_export import place_in_store, places, send_checkpoints
from governance.checkpoints import load_signer, make_checkpoints
from governance.verify_audit import is_signed, read_checkpoints, read_key
from tests.databases import ready_database

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return ready_database(Settings(environment="test", var=tmp_path / "var"))


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = Store(make_engine(settings), load_keys(settings))
    yield opened
    await opened.close()


async def sign(store: Store, settings: Settings, at: datetime = NOW) -> None:
    """Note an entry and sign it, so that there is one more checkpoint."""
    async with store.write() as work:
        await work.audit.note("switch_set", "staff:x", "switch:1", {}, at)
    assert await make_checkpoints(store, load_signer(settings), at) == 1


@dataclass
class Mailbox:
    """What an SMTP server on this machine was given. `answer` is what it says to a message."""

    messages: list[bytes] = field(default_factory=list)
    answer: str = "250 taken"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        """Take a message, or refuse it."""
        if self.answer.startswith("250"):
            self.messages.append(envelope.content)
        return self.answer


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(box: Mailbox) -> Iterator[int]:
    free = free_port()
    server = Controller(box, hostname="127.0.0.1", port=free)
    server.start()
    yield free
    server.stop()


def mailing(settings: Settings, port: int) -> Settings:
    address = f"mailto://127.0.0.1:{port}?from=kith@council.test&to=board@council.test&mode=insecure"
    return settings.model_copy(update={"audit_mail": SecretStr(address)})


async def test_the_board_is_mailed_a_checkpoint_that_proves_the_log(
    store: Store, settings: Settings, box: Mailbox, port: int
) -> None:
    mailed = mailing(settings, port)
    to = {"mail": places(mailed)["mail"]}
    for minutes in (0, 10):
        await sign(store, mailed, NOW + timedelta(minutes=minutes))
    assert await send_checkpoints(store, to, mailed, NOW) == 1, "the newest only"
    assert await send_checkpoints(store, to, mailed, NOW) == 0, "once an hour"
    await sign(store, mailed, NOW + timedelta(minutes=90))
    assert await send_checkpoints(store, to, mailed, NOW + timedelta(minutes=91)) == 1

    message = message_from_bytes(box.messages[0], policy=default)
    assert "checkpoint of the audit log" in message["Subject"]
    [attached] = list(message.iter_attachments())
    assert attached.get_filename() == "checkpoint-000000002.json"
    kept = settings.var / "kept.json"
    kept.write_bytes(attached.get_payload(decode=True))
    [checkpoint] = read_checkpoints(kept)
    assert is_signed(checkpoint, read_key(load_signer(settings).public)), "it can be used as it came"
    assert checkpoint.says["last"] == 2


async def test_mail_that_is_refused_is_tried_again(store: Store, settings: Settings, box: Mailbox, port: int) -> None:
    mailed = mailing(settings, port)
    to = {"mail": places(mailed)["mail"]}
    await sign(store, mailed)
    box.answer = "552 the box is full"
    assert await send_checkpoints(store, to, mailed, NOW) == 0
    box.answer = "250 taken"
    assert await send_checkpoints(store, to, mailed, NOW) == 1
    assert len(box.messages) == 1


class Kept(ThreadingHTTPServer):
    """A store on this machine: PUT keeps a file once, under its name; what is there is never written over."""

    files: dict[str, bytes]
    refuse = 0

    def __init__(self) -> None:
        self.files = {}
        super().__init__(("127.0.0.1", 0), Taking)


class Taking(BaseHTTPRequestHandler):
    """Takes PUT requests."""

    def do_PUT(self) -> None:
        server = self.server
        assert isinstance(server, Kept)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if server.refuse:
            server.refuse -= 1
            self.send_response(503)
        elif self.path in server.files and self.headers.get("If-None-Match") == "*":
            self.send_response(412)
        else:
            server.files[self.path] = body
            self.send_response(201)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
async def kept() -> AsyncIterator[Kept]:
    server = Kept()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


async def test_a_store_gets_each_checkpoint_once_under_its_name(store: Store, settings: Settings, kept: Kept) -> None:
    stored = settings.model_copy(update={"audit_store_url": f"http://127.0.0.1:{kept.server_port}/board?sig=abc%2B"})
    await sign(store, stored)
    kept.refuse = 1
    to = places(stored)
    assert await send_checkpoints(store, to, stored, NOW) == 1, "the folder has it, the store does not yet"
    await sign(store, stored, NOW + timedelta(minutes=6))
    assert await send_checkpoints(store, to, stored, NOW) == 3
    assert await send_checkpoints(store, to, stored, NOW) == 0

    names = [f"/board/checkpoint-{number:09d}.json?sig=abc%2B" for number in (1, 2)]
    assert sorted(kept.files) == names
    assert all(set(json.loads(body)) == {"document", "signature"} for body in kept.files.values())
    before = dict(kept.files)
    await to["store"]("checkpoint-000000001.json", "something else")
    assert kept.files == before, "what is kept is never written over"


async def test_a_checkpoint_kept_elsewhere_finds_a_log_that_was_cut_short(store: Store, settings: Settings) -> None:
    for minutes in (0, 6):
        await sign(store, settings, NOW + timedelta(minutes=minutes))
    await send_checkpoints(store, places(settings), settings, NOW)
    with sqlite3.connect(settings.var / "kith.db") as connection:
        guards = [row[0] for row in connection.execute("select name from sqlite_master where type = 'trigger'")]
        for guard in guards:
            connection.execute(f"drop trigger {guard}")
        connection.execute("delete from audit_entry where number = 2")
        connection.execute("delete from audit_checkpoint where number = 2")
    connection.close()
    result = await verify_log(store, settings)
    assert "Checkpoint 2 was kept elsewhere, but is not the one that is here." in result.problems


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://store.test/board", "https://store.test/board/c.json"),
        ("https://store.test/board/", "https://store.test/board/c.json"),
        ("https://store.test/board?sv=1&sig=a%2Fb", "https://store.test/board/c.json?sv=1&sig=a%2Fb"),
    ],
)
def test_the_name_goes_before_the_signature_of_an_address(address: str, place: str) -> None:
    assert place_in_store(address, "c.json") == place
