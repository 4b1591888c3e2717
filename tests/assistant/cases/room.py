"""A carers service in small: the real store, pipeline order and sends, a clock that stands, and no engine."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from assistant.cases.hands import Hands
from assistant.cases.service import Service
from assistant.channels.delivery import DeliveryState
from assistant.channels.forms import InboundForm
from assistant.domain.outcome import Outcome
from assistant.domain.roles import Role, Staff
from assistant.domain.turn import Citation, Kind, Turn, Urgency
from assistant.inbox.answer import answer
from assistant.inbox.desk import Desk, Rhythm
from assistant.inbox.receive import receive
from assistant.inbox.send import send_turn
from assistant.pipeline.answering import Answerer, Served
from assistant.pipeline.commands import ObeyCommands
from assistant.pipeline.feedback import TakeFeedback
from assistant.pipeline.standing import ReadOnlyText, RespectStanding
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.storage.tables import CarerRow, ConversationRow
from assistant.testing import FakeClock, FakeSender, fake_sid

ADDRESS = "whatsapp:+447700900123"
SIDS = count(1)
CHECKED = Citation("breaks", "Breaks", "https://www.gov.uk/break", date(2026, 11, 23))
ANNA = Staff("anna", "Anna Bell", frozenset({Role.SUPPORT_WORKER}))
BEN = Staff("ben", "Ben Cole", frozenset({Role.SUPPORT_WORKER}))
AUTHOR = Staff("cara", "Cara Dunn", frozenset({Role.AUTHOR}))
RHYTHM = Rhythm(
    burst_quiet=timedelta(0), burst_most=timedelta(seconds=6), disclosure_repeat=timedelta(days=30),
    crisis_delivery=timedelta(minutes=3), attempts=2, retention=timedelta(days=90), reconcile_after=timedelta(0),
    retry_first=timedelta(milliseconds=10),
)  # fmt: skip


class Screen:
    """Take "danger" as an emergency."""

    async def __call__(self, turn: Turn) -> Turn:
        turn = replace(turn, masked=turn.text)
        if "danger" not in turn.text:
            return turn
        turn = replace(turn, urgency=Urgency.EMERGENCY, effects=("danger",), categories=("suicide_self_harm",))
        return turn.escalate("crisis", Urgency.EMERGENCY).stop(Outcome.SIGNPOSTED_CRISIS, "Ring 999.")


class Embeds:
    """An embedder to which all texts are alike."""

    async def embed(self, texts: Sequence[str]) -> list[Any]:
        return [(1.0, 0.0) for _ in texts]


@dataclass
class Echo:
    """Answer what was heard; know nothing about the weather."""

    wording: Wording
    meanwhile: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What happens while the next answers are thought about, one each."""
    leant_on: list[str] = field(default_factory=list)
    """The earlier questions that the latest answer could lean on."""

    async def __call__(self, turn: Turn) -> Turn:
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        self.leant_on = [one.question for one in turn.past.exchanges]
        if "weather" in turn.text:
            return turn.stop(Outcome.UNANSWERABLE_NO_CONTENT, self.wording.canned(Outcome.UNANSWERABLE_NO_CONTENT))
        said = ", ".join(passage.title for passage in turn.passages) or f"heard: {turn.text}"
        return replace(turn, citations=(CHECKED,)).stop(Outcome.ANSWERED, said)


@dataclass
class Room:
    """The desk, and hands to act with."""

    desk: Desk
    clock: FakeClock
    sender: FakeSender
    found: list[Any]
    """What the search finds on a second try."""
    echo: Echo
    arrived: int = 0

    @classmethod
    def make(
        cls,
        settings: Settings,
        service: Service | None = None,
        store: Store | None = None,
        clock: FakeClock | None = None,
    ) -> "Room":
        clock, sender, found = clock or FakeClock(), FakeSender(), list[Any]()
        service = service or Service()
        wording = Wording.load(settings.guidance_values, lambda: service.when(clock.now()))

        async def search(*_: Any, **__: Any) -> list[Any]:
            return found

        echo = Echo(wording)
        steps = (
            Screen(), ObeyCommands(wording), RespectStanding(wording), TakeFeedback(search, Embeds(), wording), ReadOnlyText(wording),
            echo,
        )  # fmt: skip
        store = store or Store(make_engine(settings), load_keys(settings))
        served = Served(Answerer(steps, wording, "r-test"))
        desk = Desk(store, served, sender, clock, RHYTHM, lambda text: "danger" in text, service=service)
        return cls(desk, clock, sender, found, echo)

    async def hear(
        self, text: str, address: str = ADDRESS, kind: Kind = Kind.TEXT, send: bool = True, tapped: str = ""
    ) -> str:
        """Let a carer write, or tap a button, and do what the durable turn does; return the turn's id."""
        form = InboundForm(f"SM{next(SIDS):032x}", address, "whatsapp:+441632960000", text, kind, tapped)
        receipt = await receive(self.desk.store, form, self.clock.now())
        turn_id = await answer(self.desk, receipt.inbound_id or 0)
        if send:
            await send_turn(self.desk, turn_id)
            await self.arrive()
        return turn_id

    async def arrive(self) -> None:
        """Let everything that was sent arrive on the phones."""
        async with self.desk.store.write() as work:
            for number in range(self.arrived, len(self.sender.sent)):
                await work.outbox.delivery(fake_sid(number), DeliveryState.DELIVERED, None, self.clock.now())
        self.arrived = len(self.sender.sent)

    async def lose(self, code: int) -> None:
        """Let the provider say that it could not deliver the latest message."""
        sid = fake_sid(len(self.sender.sent) - 1)
        async with self.desk.store.write() as work:
            await work.outbox.delivery(sid, DeliveryState.UNDELIVERED, code, self.clock.now())
        self.arrived = len(self.sender.sent)

    async def act(self, staff: Staff, what: str, *given: Any, address: str = ADDRESS, send: bool = True) -> Any:
        """Let a person act, then send what is due."""
        desk, conversation = self.desk, await self.conversation(address)
        async with desk.store.write() as work:
            hands = Hands(work, staff, desk.service, desk.answerer.wording, conversation, self.clock.now())
            turn_id = await getattr(hands, what)(*given)
        if turn_id and send:
            await send_turn(desk, turn_id)
        return turn_id

    async def conversation(self, address: str = ADDRESS) -> str:
        """Return the conversation, without taking the look for a message of the carer."""
        digest = self.desk.store.keys.digest(address)
        statement = select(ConversationRow.id).join(CarerRow).where(CarerRow.address_hash == digest)
        async with self.desk.store.read() as work:
            return str((await work.connection.execute(statement)).scalar_one())

    @property
    def said(self) -> list[str]:
        """What carers got, the disclosure left out."""
        return [body for _, body in self.sender.sent if not body.startswith("Hello, I am Kith")]

    async def rows(self, table: Any) -> list[Any]:
        return await self.rows_by(table, "id")

    async def rows_by(self, table: Any, column: str) -> list[Any]:
        async with self.desk.store.read() as work:
            return list(await work.connection.execute(select(table.__table__).order_by(table.__table__.c[column])))
