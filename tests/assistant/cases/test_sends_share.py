"""What a message's sends cost the database."""

from sqlalchemy import event

from assistant.inbox.send import send_turn
from assistant.storage.tables import OutboundMessageRow
from tests.assistant.cases.room import Room


async def test_that_one_message_has_gone_is_noted_as_the_next_begins(room: Room) -> None:
    turn_id = await room.hear("breaks?", send=False)
    commits: list[object] = []
    event.listen(room.desk.store.engine, "commit", commits.append)
    await send_turn(room.desk, turn_id)
    assert [row.state for row in await room.rows(OutboundMessageRow)] == ["sent", "sent"], "disclosure and answer"
    assert len(commits) == 3, "begin; gone and begin; gone"
