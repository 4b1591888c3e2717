"""The durable turn, on both databases: answered once, in order, through faults."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import select, text

from assistant.channels.delivery import meaning_of
from assistant.channels.outcomes import SendRefused, SendRetryLater, SendUnknown
from assistant.channels.sender import Received, Sent
from assistant.domain.turn import Kind, Turn
from assistant.errors import SettingsWrong
from assistant.inbox import engine as engine_module
from assistant.inbox.alerts import watch_crisis_texts
from assistant.inbox.desk import Desk
from assistant.inbox.engine import Engine, start_engine, sweep_up
from assistant.inbox.receive import Receipt, receive
from assistant.inbox.retention import delete_old_words
from assistant.inbox.send import send_turn
from assistant.inbox.tidy import forget_finished
from assistant.settings import Settings
from assistant.storage.tables import ConsentEventRow, DisclosureShownRow, EscalationRow, OutboundMessageRow, TurnRow
from assistant.testing import FakeSender
from assistant.wiring import reopen_variables
from tests.assistant.inbox.conftest import ADDRESS, form

Write = Callable[..., Awaitable[Receipt]]


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not (result if isinstance(result := condition(), bool) else await result):
            await asyncio.sleep(0.02)


def replies(desk: Desk, address: str = ADDRESS) -> list[str]:
    """What a carer got, the disclosure left out."""
    sent: list[tuple[str, str]] = desk.sender.sent  # type: ignore[attr-defined]
    return [body for to, body in sent if to == address and "automated assistant" not in body]


async def rows(desk: Desk, table: Any) -> list[Any]:
    async with desk.store.read() as work:
        return list(await work.connection.execute(select(table.__table__)))


async def test_a_question_is_answered_after_the_disclosure(desk: Desk, write: Write) -> None:
    await write("how do I get a break?")
    await until(lambda: len(desk.sender.sent) == 2)  # type: ignore[attr-defined]

    (_, disclosure), (_, answer) = desk.sender.sent  # type: ignore[attr-defined]
    assert "I am AI, not a person" in disclosure
    assert answer == "heard: how do I get a break?"
    [shown] = await rows(desk, DisclosureShownRow)
    assert shown.version == desk.answerer.wording.disclosure_version
    [turn] = await rows(desk, TurnRow)
    assert (turn.outcome, turn.release_id) == ("answered", "r-test")


async def test_the_disclosure_is_not_repeated(desk: Desk, write: Write) -> None:
    await write("one")
    await until(lambda: len(desk.sender.sent) == 2)  # type: ignore[attr-defined]
    await write("two")
    await until(lambda: len(desk.sender.sent) == 3)  # type: ignore[attr-defined]
    assert replies(desk) == ["heard: one", "heard: two"]


async def test_danger_is_answered_before_the_disclosure(desk: Desk, write: Write) -> None:
    await write("danger")
    await until(lambda: len(desk.sender.sent) == 2)  # type: ignore[attr-defined]
    assert desk.sender.sent[0][1] == "Ring 999."  # type: ignore[attr-defined]
    [case] = await rows(desk, EscalationRow)
    assert (case.reason, case.urgency, case.state) == ("crisis", "emergency", "open")
    await until(lambda: _alerted(desk))


async def _alerted(desk: Desk) -> bool:
    return all(case.alerted_at for case in await rows(desk, EscalationRow))


async def test_a_burst_is_answered_once(desk: Desk, write: Write) -> None:
    await write("awake?", "whatsapp:+447700900999")
    await until(lambda: bool(replies(desk, "whatsapp:+447700900999")))
    patient = replace(desk, rhythm=replace(desk.rhythm, burst_quiet=timedelta(milliseconds=400)))
    engine_module._desk[:] = [patient]
    for part in ("hi", "my mum", "needs help"):
        await write(part)
        await asyncio.sleep(0.05)
    await until(lambda: bool(replies(desk)))
    await asyncio.sleep(0.6)
    assert replies(desk) == ["heard: hi\nmy mum\nneeds help"]
    assert len(desk.sender.typing) == 1, "the carer saw that an answer was coming"  # type: ignore[attr-defined]


async def test_danger_ends_the_wait_for_a_burst(desk: Desk, write: Write) -> None:
    patient = replace(
        desk, rhythm=replace(desk.rhythm, burst_quiet=timedelta(seconds=30), burst_most=timedelta(seconds=60))
    )
    engine_module._desk[:] = [patient]
    await write("hello")
    await asyncio.sleep(0.3)
    await write("danger")
    await until(lambda: bool(replies(desk)), seconds=5)
    assert replies(desk) == ["Ring 999."], "long before the 30 seconds of quiet, and nothing else besides"


async def test_one_carers_turns_stay_in_order_and_carers_do_not_wait_for_each_other(desk: Desk, write: Write) -> None:
    addresses = [f"whatsapp:+4477009{n:05d}" for n in range(4)]
    for number in range(6):
        for address in addresses:
            await write(f"{number}", address)
    await until(lambda: all(said(desk, address)[-1:] == ["5"] for address in addresses))

    for address in addresses:
        assert said(desk, address) == [str(number) for number in range(6)], "each once, in order"


def said(desk: Desk, address: str) -> list[str]:
    """The lines that a carer's answers repeat, turn by turn."""
    return [line for reply in replies(desk, address) for line in reply.removeprefix("heard: ").split("\n")]


async def test_a_repeat_of_a_message_is_harmless(desk: Desk, engine: Engine) -> None:
    same = form("once")
    for _ in range(3):
        receipt = await receive(desk.store, same, datetime.now(UTC))
        if receipt.inbound_id:
            await engine.enqueue(receipt)
    await until(lambda: bool(replies(desk)))
    await asyncio.sleep(0.3)
    assert replies(desk) == ["heard: once"]


async def test_a_poison_message_goes_to_a_person_with_an_apology(desk: Desk, write: Write) -> None:
    await write("poison")
    await write("fine", "whatsapp:+447700900999")
    await until(lambda: bool(replies(desk)))
    [apology] = replies(desk)
    assert apology.startswith("I am sorry, something went wrong")
    assert replies(desk, "whatsapp:+447700900999") == ["heard: fine"]
    assert "error_gave_up" in {case.reason for case in await rows(desk, EscalationRow)}


async def test_the_engine_keeps_no_words(desk: Desk, write: Write, settings: Settings) -> None:
    await write("poison and my secret words")
    await until(lambda: bool(replies(desk)))
    if settings.is_sqlite:
        for file in settings.var.glob("engine.db*"):
            assert b"secret words" not in file.read_bytes()
            assert b"carer's words" not in file.read_bytes()
        return
    async with desk.store.read() as work:
        for table in ("workflow_status", "operation_outputs"):
            dump = str(list(await work.connection.execute(text(f"select * from dbos.{table}"))))
            assert "secret words" not in dump
            assert "carer's words" not in dump


async def test_the_sweep_finds_a_message_that_was_stored_but_never_queued(desk: Desk, engine: Engine) -> None:
    await receive(desk.store, form("left behind"), datetime.now(UTC))
    await sweep_up()
    await until(lambda: bool(replies(desk)))
    await sweep_up()
    assert replies(desk) == ["heard: left behind"], "and a second sweep finds nothing left to do"


async def test_a_sweep_leaves_alone_what_is_in_hand(desk: Desk, write: Write) -> None:
    engine_module._desk[:] = [replace(desk, rhythm=replace(desk.rhythm, burst_quiet=timedelta(seconds=1)))]
    receipt = await write("hello")
    await until(lambda: _tried(desk))
    await sweep_up()
    await until(lambda: bool(replies(desk)))
    names = [one.workflow_id for one in await DBOS.list_workflows_async(name="durable_turn")]
    assert [name for name in names if receipt.provider_sid in name] == [receipt.named()]


async def _tried(desk: Desk) -> bool:
    async with desk.store.read() as work:
        return all(attempts > 0 for _, _, _, attempts in await work.inbound.waiting(datetime.now(UTC)))


class Dawdles:
    """An answerer that takes its time."""

    def __init__(self, answerer: Any) -> None:
        self._answerer, self.thinking = answerer, asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answerer, name)

    async def __call__(self, turn: Turn) -> Turn:
        self.thinking.set()
        await asyncio.sleep(1)
        answered: Turn = await self._answerer(turn)
        return answered


async def test_what_is_thought_while_the_service_stops_is_thought_again_after_the_start(
    desk: Desk, settings: Settings
) -> None:
    slow = Dawdles(desk.answerer)
    engine = await start_engine(settings, replace(desk, answerer=slow))  # type: ignore[arg-type]
    await engine.enqueue(await receive(desk.store, form("hello"), datetime.now(UTC)))
    await slow.thinking.wait()
    await engine.stop()
    await asyncio.sleep(1.5)
    assert await rows(desk, TurnRow) == []

    desk.closing.clear()
    engine = await start_engine(settings, desk)
    await until(lambda: replies(desk) == ["heard: hello"])
    await engine.stop()
    assert len(await rows(desk, TurnRow)) == 1


async def test_the_sweep_fetches_messages_whose_webhook_never_came(desk: Desk, engine: Engine) -> None:
    missed = Received("SM" + "f" * 32, ADDRESS, "lost on the way", 0, datetime.now(UTC))
    desk.sender.inbound.append(missed)  # type: ignore[attr-defined]
    await sweep_up()
    await until(lambda: replies(desk) == ["heard: lost on the way"])
    await sweep_up()
    assert len(replies(desk)) == 1


async def test_an_interrupted_send_that_went_out_is_not_repeated(desk: Desk, write: Write) -> None:
    desk.sender.faults.append((SendUnknown("timeout"), True))  # type: ignore[attr-defined]
    await write("one")
    await until(lambda: replies(desk) == ["heard: one"])
    await asyncio.sleep(0.3)
    assert len(desk.sender.sent) == 2  # type: ignore[attr-defined]


async def test_an_interrupted_send_that_did_not_go_out_is_sent(desk: Desk, write: Write) -> None:
    desk.sender.faults += [(SendUnknown("timeout"), False), (SendRetryLater(20429), False)]  # type: ignore[attr-defined]
    await write("one")
    await until(lambda: replies(desk) == ["heard: one"])
    assert len(desk.sender.sent) == 2  # type: ignore[attr-defined]


async def test_a_refused_reply_is_told_to_staff(desk: Desk, write: Write) -> None:
    desk.sender.faults.append((SendRefused(meaning_of(63024)), False))  # type: ignore[attr-defined]
    await write("one")
    await until(lambda: replies(desk) == ["heard: one"])
    assert {case.reason for case in await rows(desk, EscalationRow)} == {"send_refused"}
    assert {row.error_code for row in await rows(desk, OutboundMessageRow)} == {63024, None}


async def test_stop_is_obeyed_and_danger_still_answered(desk: Desk, write: Write) -> None:
    await write("STOP")
    await until(lambda: len(replies(desk)) == 1)
    await write("how do I get a break?")
    await until(lambda: len(replies(desk)) == 2)
    await write("and another thing")
    await write("danger")
    await until(lambda: "Ring 999." in replies(desk))
    stopped, reminder, *rest = replies(desk)
    assert "will not message you again" in stopped
    assert "Reply START" in reminder
    assert rest == ["Ring 999."], "no second reminder, no answer"
    assert [row.kind for row in await rows(desk, ConsentEventRow)] == ["opt_out"]


async def test_delete_my_data_blanks_everything_after_the_goodbye(desk: Desk, write: Write) -> None:
    receipt = await write("my mum has dementia")
    await until(lambda: len(replies(desk)) == 1)
    await write("DELETE MY DATA")
    await until(lambda: len(replies(desk)) == 2)
    await until(lambda: _erased(desk, receipt.conversation_id))
    async with desk.store.read() as work:
        assert {turn.question + turn.reply for turn in await work.turns.of_conversation(receipt.conversation_id)} == {
            ""
        }
        assert {due.body for due in await work.outbox.of_conversation(receipt.conversation_id)} == {""}


async def _erased(desk: Desk, conversation_id: str) -> bool:
    async with desk.store.read() as work:
        standing = await work.people.standing(conversation_id)
        return standing is not None and standing.address == ""


async def test_media_gets_a_kind_answer_and_a_person(desk: Desk, write: Write) -> None:
    await write("", kind=Kind.VOICE)
    await until(lambda: bool(replies(desk)))
    assert "I can only read text" in replies(desk)[0]
    assert {case.reason for case in await rows(desk, EscalationRow)} == {"unreadable_media"}


async def test_a_crisis_text_that_does_not_arrive_raises_an_emergency(desk: Desk, write: Write) -> None:
    await write("danger")
    await until(lambda: "Ring 999." in replies(desk))
    late = replace(desk, rhythm=replace(desk.rhythm, crisis_delivery=timedelta(0)))
    assert await watch_crisis_texts(late) == 1
    assert await watch_crisis_texts(late) == 0, "once"
    assert "undelivered_crisis_text" in {case.reason for case in await rows(desk, EscalationRow)}


async def test_no_free_reply_outside_the_window(desk: Desk, engine: Engine) -> None:
    yesterday = datetime.now(UTC) - timedelta(hours=25)
    receipt = await receive(desk.store, form("too late"), yesterday)
    await engine.enqueue(receipt)
    await until(lambda: _cases(desk, "reply_window_closed"))
    assert desk.sender.sent == []  # type: ignore[attr-defined]


async def test_a_reply_outside_the_window_is_an_approved_template_with_its_gaps_filled(desk: Desk) -> None:
    settings = Settings(environment="test", twilio_reopen_variables={"1": "council.name", "2": "persona"})
    variables = reopen_variables(settings)
    assert variables == {"1": "Northmere County Council", "2": "Kith"}
    with pytest.raises(SettingsWrong, match="no value is called"):
        reopen_variables(settings.model_copy(update={"twilio_reopen_variables": {"1": "nobody"}}))

    sender = KeepsVariables()
    late = replace(desk, sender=sender, reopen_template="HX" + "1" * 32, reopen_variables=variables)
    receipt = await receive(late.store, form("too late"), datetime.now(UTC) - timedelta(hours=25))
    async with late.store.write() as work:
        await work.outbox.add(receipt.conversation_id, "t-late", [("reply", "hello")], late.clock.now())
    await send_turn(late, "t-late")
    assert sender.variables == [variables]


class KeepsVariables(FakeSender):
    """Keeps what fills the gaps of each template."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: list[dict[str, str]] = []

    async def send_template(
        self, to: str, content_sid: str, variables: Mapping[str, str], urgent: bool = False
    ) -> Sent:
        self.variables.append(dict(variables))
        return await super().send_template(to, content_sid, variables, urgent)


async def _cases(desk: Desk, reason: str) -> bool:
    return reason in {case.reason for case in await rows(desk, EscalationRow)}


async def test_the_bot_is_silent_while_a_person_owns_the_conversation(desk: Desk, write: Write) -> None:
    receipt = await write("one")
    await until(lambda: len(replies(desk)) == 1)
    async with desk.store.write() as work:
        await work.people.change(receipt.conversation_id, owner="person")
    await write("two")
    await write("danger")
    await until(lambda: "Ring 999." in replies(desk))
    assert replies(desk) == ["heard: one", "Ring 999."]


async def test_old_words_are_deleted_on_time(desk: Desk, write: Write) -> None:
    receipt = await write("keep me briefly")
    await until(lambda: len(replies(desk)) == 1)
    soon = replace(desk, rhythm=replace(desk.rhythm, retention=timedelta(seconds=-10)))
    await delete_old_words(soon)
    async with desk.store.read() as work:
        assert {due.body for due in await work.outbox.of_conversation(receipt.conversation_id)} == {""}


async def test_the_engine_forgets_finished_work(desk: Desk, write: Write) -> None:
    await write("keep me briefly")
    await until(lambda: len(replies(desk)) == 1)
    await until(forgets)
    assert await forget_finished(datetime.now(UTC)) == 0


async def forgets() -> bool:
    return await forget_finished(datetime.now(UTC)) > 0
