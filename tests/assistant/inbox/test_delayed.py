"""A person's reply waits in the real engine for its seconds, and can be taken back meanwhile."""

from datetime import UTC, datetime, timedelta

from assistant.inbox.desk import Desk
from assistant.inbox.engine import Engine
from assistant.storage.tables import new_id
from tests.assistant.inbox.conftest import ADDRESS
from tests.assistant.inbox.test_engine import replies, until

WAIT = 0.5


async def put(desk: Desk, text: str) -> tuple[str, str]:
    """Store a reply of a person that may go out in a moment."""
    now, turn_id = datetime.now(UTC), new_id()
    later = now + timedelta(seconds=WAIT)
    async with desk.store.write() as work:
        conversation = await work.people.conversation_of(ADDRESS, now)
        await work.outbox.add(conversation, turn_id, [("person", text)], now, send_after=later, written_by="staff:anna")
    return turn_id, conversation


async def test_a_reply_goes_out_after_its_wait_and_a_taken_back_one_never(desk: Desk, engine: Engine) -> None:
    kept, conversation = await put(desk, "kept")
    gone, _ = await put(desk, "gone")
    for turn_id in (kept, gone):
        await engine.send(turn_id, conversation, WAIT + 0.1)
    async with desk.store.write() as work:
        assert await work.outbox.take_back(gone, "staff:anna")
    assert replies(desk) == []
    await until(lambda: replies(desk) == ["kept"])
    async with desk.store.read() as work:
        [part] = await work.outbox.of_turn(gone)
    assert part.state == "cancelled"
