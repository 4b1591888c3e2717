"""A complaint made in a chat stands in the register with its 30 days, and both sides stay in step."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.cases.reports import report
from assistant.domain.roles import Role, Staff
from assistant.privacy.erasure import erase
from assistant.settings import Settings
from assistant.storage.audit_tables import AuditEntryRow
from governance.board.service import make_pack
from governance.complaints import every_minute, keep_in_step
from governance.papers.model import plain
from governance.registers.entries import Entry, add, change, entries, history
from tests.assistant.cases.room import ANNA, Room
from tests.databases import ready_database

KEEPER = Staff("k1", "Kim Keeper", frozenset({Role.INFORMATION_GOVERNANCE}))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    settings = ready_database(Settings(environment="test", var=tmp_path))
    made = Room.make(settings)
    yield made
    await made.desk.store.close()


async def registered(room: Room) -> list[Entry]:
    await keep_in_step(room.desk.store, room.clock.now())
    async with room.desk.store.read() as work:
        return await entries(work, "complaints")


async def reported(room: Room) -> list[object]:
    async with room.desk.store.read() as work:
        return list(await work.notes.reports(await room.conversation()))


async def test_a_complaint_in_the_chat_is_entered_once_with_its_clock(room: Room) -> None:
    await room.hear("I want to complain")
    await every_minute(room.desk, Settings(environment="test"))
    [kept] = await registered(room)
    today = room.clock.now().date()
    assert kept.values["received_on"] == today.isoformat()
    assert kept.values["acknowledge_by"] == (today + timedelta(days=30)).isoformat()
    assert (kept.values["status"], kept.values["about"]) == ("open", "unsorted")
    assert not kept.is_overdue(today + timedelta(days=30))
    assert kept.is_overdue(today + timedelta(days=31)), "the clock runs out after 30 days"
    assert await keep_in_step(room.desk.store, room.clock.now()) == 0


async def test_one_that_staff_open_is_entered_without_their_words(room: Room) -> None:
    await room.hear("hello")
    async with room.desk.store.write() as work:
        await report(work, ANNA, "complaint", await room.conversation(), None, "Mrs Quill was cross", room.clock.now())
        await report(work, ANNA, "incident", await room.conversation(), None, "Wrong number", room.clock.now())
    [kept] = await registered(room)
    assert "staff opened" in kept.name
    assert "Quill" not in str(kept.values)


@pytest.mark.parametrize("side", ["rights page", "register"])
async def test_an_acknowledgement_on_either_side_is_one_on_both(room: Room, side: str) -> None:
    await room.hear("I want to complain")
    [kept] = await registered(room)
    [of_chat] = await reported(room)
    now = room.clock.now() + timedelta(days=2)
    async with room.desk.store.write() as work:
        if side == "register":
            await change(work, KEEPER, kept, {**kept.values, "status": "acknowledged"}, "We wrote to the carer.", now)
        else:
            await work.notes.settle(of_chat.id, acknowledged_at=now)  # type: ignore[attr-defined]
    [kept], [of_chat] = await registered(room), await reported(room)
    assert kept.values["status"] == "acknowledged"
    assert of_chat.acknowledged_at is not None  # type: ignore[attr-defined]
    assert of_chat.closed_at is None  # type: ignore[attr-defined]


async def test_an_answer_in_the_register_closes_the_report_and_is_noted(room: Room) -> None:
    await room.hear("I want to complain")
    [kept] = await registered(room)
    async with room.desk.store.write() as work:
        answered = {
            **kept.values,
            "status": "answered",
            "about": "answer",
            "outcome": "The text was wrong and is mended.",
        }
        await change(work, KEEPER, kept, answered, "Answered by letter.", room.clock.now())
    [kept], [of_chat] = await registered(room), await reported(room)
    assert of_chat.closed_at is not None  # type: ignore[attr-defined]
    assert kept.values["about"] == "answer", "what people sorted stays"
    log = [(one.what, one.who) for one in await room.rows_by(AuditEntryRow, "number")]
    assert ("report_answered", "system") in log
    async with room.desk.store.read() as work:
        assert [one.who for one in await history(work, kept)] == ["staff:k1", "system"]


async def test_the_board_pack_lists_complaints_that_a_person_has_sorted_unless_the_list_would_count_a_handful(
    room: Room,
) -> None:
    now, settings = room.clock.now(), Settings(environment="test")

    async def pack() -> str:
        made = await make_pack(
            room.desk.store, settings, now - timedelta(days=9), now + timedelta(days=1), "operator", now
        )
        return str(plain(made))

    await room.hear("I want to complain")
    [kept] = await registered(room)
    sorted_one = {**kept.values, "about": "access", "report": ""}
    async with room.desk.store.write() as work:
        await change(work, KEEPER, kept, {**kept.values, "about": "access"}, "The carer could not find the form.", now)
        for _ in range(3):
            await add(work, KEEPER, "complaints", sorted_one, now)
        unsorted = await add(work, KEEPER, "complaints", {**sorted_one, "about": "unsorted"}, now)
    assert "C-1" not in await pack(), "four are too few to list"
    async with room.desk.store.write() as work:
        await change(work, KEEPER, unsorted, sorted_one, "The carer could not find the form.", now)
    assert "C-1" in await pack()


async def test_erasing_the_carer_leaves_a_complaint_without_words_in_the_register(room: Room) -> None:
    await room.hear("I want to complain")
    await registered(room)
    async with room.desk.store.write() as work:
        await erase(work, await room.conversation(), "carer", room.clock.now())
    [kept] = await registered(room)
    assert date.fromisoformat(kept.values["received_on"]) == room.clock.now().date()
