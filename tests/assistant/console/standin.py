"""A small stand-in for the running service: the real store, pages and emulator, and a webhook that answers by fixed rules.

What the carer writes decides what happens: a message with "danger" opens a case, "buttons" gets quick replies,
"hush" is recorded and not answered, "refuse" is turned away, and anything else is answered with what was heard.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from assistant.cases.why import Why
from assistant.channels.emulator import Account, Button, Content, Emulator
from assistant.console.entrance import open_console
from assistant.console.simulator import simulator_pages
from assistant.domain.outcome import Outcome
from assistant.domain.turn import Citation, Finding, Heard, Kind, Passage, Turn, Urgency
from assistant.settings import Settings
from assistant.staff.demo import settle_demo_staff
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.storage.tables import new_id

SENDER = "whatsapp:+441632960000"
TEMPLATE = "HX" + "0" * 32
CHECKED = date(2026, 11, 23)
TYPES_FOR_SECONDS = 0.4
PASSAGE = Passage(
    "breaks", "Breaks from caring", "How do I get a break?", "Ask.", "https://www.gov.uk/break", CHECKED, 0.87
)


@dataclass
class Running:
    """The part of the running service that the simulator reads."""

    store: Store


class StandIn:
    """The application that the tests visit."""

    def __init__(self, settings: Settings, port: int) -> None:
        here = f"http://127.0.0.1:{port}"
        self.emulator = Emulator(Account("AC" + "0" * 32, "token", SENDER, here + "/whatsapp/inbound", here))
        self.emulator.faults.step_ms = 20
        self.emulator.add_content(
            TEMPLATE, Content("Shall I go on?", (Button("Yes, go on", "yes"), Button("No", "no")))
        )
        self.store = Store(make_engine(settings), load_keys(settings))
        self.forms: list[Mapping[str, str]] = []
        self.app = FastAPI(lifespan=self.lifespan, docs_url=None, redoc_url=None, openapi_url=None)
        open_console(self.app, settings, is_demo=True)
        self.app.router.routes += simulator_pages(self.app, self.emulator, wait_seconds=0.3)
        self.app.router.routes.append(Route("/whatsapp/inbound", self.hear, methods=["POST"]))
        self._answers: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        app.state.running = Running(self.store)
        await settle_demo_staff(self.store, True, datetime.now(UTC))
        yield
        try:
            await asyncio.gather(*self._answers)
            await self.emulator.settle()
        finally:
            await self.emulator.aclose()
            await self.store.close()

    async def hear(self, request: Request) -> Response:
        """Store a message as the webhook does, and answer it a moment later."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        signature = request.headers.get("X-Twilio-Signature", "")
        if not RequestValidator("token").validate(self.emulator.account.webhook_url, form, signature):
            return Response(status_code=403)
        self.forms.append(form)
        if "refuse" in form["Body"]:
            return Response(status_code=403)
        now = datetime.now(UTC)
        kind = {"image": Kind.IMAGE, "audio": Kind.VOICE, "location": Kind.LOCATION}.get(form["MessageType"], Kind.TEXT)
        async with self.store.write() as work:
            conversation = await work.people.conversation_of(form["From"], now)
            inbound_id = await work.inbound.add(conversation, form["MessageSid"], Heard(form["Body"], kind), now)
        task = asyncio.create_task(self.answer(form, conversation, inbound_id or 0, now))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)
        return Response(status_code=204)

    async def answer(self, form: Mapping[str, str], conversation: str, inbound_id: int, started_at: datetime) -> None:
        """Type for a moment, record the turn, send the reply."""
        self.emulator.show_typing(form["MessageSid"])
        await asyncio.sleep(TYPES_FOR_SECONDS)
        turn, now = decided(form["Body"]), datetime.now(UTC)
        async with self.store.write() as work:
            await work.inbound.answer([inbound_id], turn.id)
            await work.turns.add(turn, conversation, started_at, now)
            sent = await work.outbox.add(conversation, turn.id, [("reply", text) for text in turn.reply], now)
            if turn.escalation:
                why = Why(conversation, turn.id, turn.escalation.reason, turn.escalation.urgency.value, turn.categories)
                await work.escalations.alerted(await work.escalations.open(why, now), now)
        for outbound_id, text in zip(sent, turn.reply, strict=True):
            content = {"ContentSid": TEMPLATE} if "buttons" in text else {"Body": text}
            message = self.emulator.accept({"From": SENDER, "To": form["From"], **content})
            async with self.store.write() as work:
                await work.outbox.sent(outbound_id, message.sid, datetime.now(UTC))


def decided(text: str) -> Turn:
    """Return the finished turn for a text."""
    turn = Turn((Heard(text),), id=new_id(), release="r-stand-in", masked=text, timings_ms=(("ScreenForDanger", 1.25),))
    if "danger" in text:
        turn = replace(turn, urgency=Urgency.EMERGENCY, categories=("carer_breakdown",))
        turn = turn.found(Finding("danger_rules", "fail", "carer_breakdown (emergency): a rule"))
        return turn.escalate("crisis", Urgency.EMERGENCY).stop(Outcome.SIGNPOSTED_CRISIS, "Ring 999 now.")
    if "hush" in text:
        return turn.stop(Outcome.HANDED_OVER)
    turn = turn.found(Finding("danger_rules", "pass"), Finding("danger_classifier", "error", "no vectors"))
    turn = replace(turn, passages=(PASSAGE,), citations=(Citation("breaks", PASSAGE.title, PASSAGE.url, CHECKED),))
    return turn.stop(Outcome.ANSWERED, f"heard: {text[:1000]}")


def free_socket() -> socket.socket:
    """Return a socket that listens on a free port of this machine."""
    return socket.create_server(("127.0.0.1", 0))
