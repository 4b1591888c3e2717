"""Alerts reach a real mail server and a real webhook, and a mail server that hangs holds nothing up."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.cases.alerter import Alert, can_be_told, send_alert
from assistant.cases.rota import Rota
from assistant.cases.service import Service
from assistant.channels.emulator.web import running
from assistant.doctor import check_alerts
from assistant.inbox.alerts import deliver_alerts
from assistant.loopback import free_port
from assistant.settings import Settings
from assistant.storage.case_tables import CaseAlertRow
from assistant.storage.tables import EscalationRow
from tests.assistant.cases.room import Room

ALERT = Alert("Kith: Urgent case", "Why: Safeguarding\nOpen the case: https://kith.example/inbox/case/1")


@dataclass
class Mailbox:
    """Keeps what the mail server takes."""

    got: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        self.got.append(str(message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def mail() -> Iterator[tuple[Mailbox, str]]:
    """A mail server on a free port, and its address for apprise."""
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"mailto://127.0.0.1:{port}?from=kith@northmere.example&to=duty@northmere.example"
    server.stop()


async def test_a_case_is_told_by_mail_and_webhook(lite: Settings, mail: tuple[Mailbox, str]) -> None:
    box, address = mail
    posted: list[Any] = []

    async def take(request: Request) -> Response:
        posted.append(json.loads(await request.body()))
        return Response()

    port = free_port()
    rota = Rota((address, f"json://127.0.0.1:{port}/hook"))
    room = Room.make(lite, Service(rota=rota, url="https://kith.example"))
    async with running(Starlette(routes=[Route("/hook", take, methods=["POST"])]), port):
        await room.hear("danger, said Zebedee Quill")
        async with asyncio.timeout(20):
            while {row.state for row in await room.rows(CaseAlertRow)} != {"sent"}:
                await deliver_alerts(room.desk)
                await asyncio.sleep(0.05)
    [case] = await room.rows(EscalationRow)
    for told in (box.got[0], json.dumps(posted[0])):
        assert "Emergency case" in told
        assert f"https://kith.example/inbox/case/{case.id}" in told
        assert "Quill" not in told
    assert case.alerted_at
    await room.desk.store.close()


async def test_a_mail_server_that_hangs_does_not_hold_up_an_answer(lite: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and never speaks
        port = silent.getsockname()[1]
        room = Room.make(
            lite, Service(rota=Rota((f"mailto://127.0.0.1:{port}?from=a@x.example&to=b@x.example&cto=2",)))
        )
        started = time.monotonic()
        await room.hear("danger")
        assert room.said == ["Ring 999."]
        assert time.monotonic() - started < 1.5
        await room.hear("are you there")
    await room.desk.store.close()


@pytest.mark.parametrize("target", ["", "no-such-service://x", "json://127.0.0.1:{port}/nobody"])
async def test_a_target_that_does_not_take_it_is_no_error(target: str) -> None:
    assert await send_alert(target.format(port=free_port()), ALERT) is False


ADDRESSES = {
    "e-mail": "mailtos://user:secret@mail.example?to=duty@northmere.example",
    "Teams": "workflows://prod-0.uksouth.logic.azure.com:443/643e69f83c8944438d68119179a10a64/RbHjXsaNpmYYRk6mCfiyyLTC",
    "Slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#duty",
    "text message": f"twilio://AC{'0' * 32}:{'a' * 32}@441632960000/447700900123",
    "webhook": "json://hooks.example/kith",
    "ntfy": "ntfys://ntfy.example/kith-duty",
}


async def test_each_kind_of_address_is_understood_and_the_doctor_names_one_that_is_not(lite: Settings) -> None:
    assert {kind: can_be_told(address) for kind, address in ADDRESSES.items()} == dict.fromkeys(ADDRESSES, True)
    asked = lite.model_copy(update={"alert_targets": SecretStr(f"{ADDRESSES['webhook']} carrier-pigeon://secret-loft")})
    found = await check_alerts(asked)
    assert (found.state, "team 2" in found.says, "secret" in found.says) == ("fault", True, False)
