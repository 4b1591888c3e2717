"""A person in a conversation: the assistant silent, the carer told, nobody answering twice."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from assistant.cases.errors import AlreadyHeld, CarerOptedOut, NotHeld, NothingWritten, TooLate
from assistant.cases.states import StateNotAllowed
from assistant.domain.roles import Role, Staff
from assistant.errors import NotAllowed, OutsideReplyWindow
from assistant.inbox.clockwork import tick
from assistant.inbox.send import send_turn
from assistant.settings import Settings
from assistant.storage.audit_tables import AuditEntryRow
from assistant.storage.case_tables import CaseEventRow
from assistant.storage.tables import ConversationRow, EscalationRow
from tests.assistant.cases.room import ANNA, AUTHOR, BEN, Room

SIX = timedelta(seconds=6)


async def test_a_person_takes_over_and_the_assistant_falls_silent_but_for_danger(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    await room.hear("are you there?")
    await room.hear("STOP IT")
    assert room.said[-1].startswith("You are now talking to Anna, a person in the carers team")
    await room.hear("danger")
    assert room.said[-1] == "Ring 999."


async def test_a_handed_back_carer_is_told_and_answered_again(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    await room.act(ANNA, "hand_back")
    await room.hear("breaks?")
    assert room.said[-2].startswith("Anna has handed you back to Kith")
    assert room.said[-1] == "heard: breaks?"


async def test_an_answer_that_was_ready_is_not_sent_once_a_person_has_taken_over(room: Room) -> None:
    turn_id = await room.hear("breaks?", send=False)
    await room.act(ANNA, "take_over")
    await send_turn(room.desk, turn_id)
    assert not any("heard" in body for body in room.said)


async def test_two_people_never_answer_at_once(each_room: Room) -> None:
    room = each_room
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    with pytest.raises(AlreadyHeld, match="Anna"):
        await room.act(BEN, "take_over")
    with pytest.raises(AlreadyHeld, match="Anna"):
        await room.act(BEN, "reply", "Hello")
    with pytest.raises(NotHeld):
        await room.act(BEN, "hand_back")
    await room.act(ANNA, "hand_on", BEN)
    await room.act(BEN, "reply", "Hello")
    assert room.said[-1].startswith("You are now talking to Ben")


async def test_of_two_people_who_take_over_in_the_same_moment_one_gets_it(settings: Settings) -> None:
    mine, theirs = Room.make(settings), Room.make(settings)
    for number in range(8):
        address = f"whatsapp:+4477009001{number:02d}"
        await mine.hear("HUMAN", address, send=False)
        tries = (each.act(who, "take_over", address=address, send=False) for each, who in ((mine, ANNA), (theirs, BEN)))
        came = await asyncio.gather(*tries, return_exceptions=True)
        [told] = [one for one in came if isinstance(one, AlreadyHeld)]
        winner = (ANNA, BEN)[came.index(told) - 1]
        assert winner.first_name in str(told), "the other one is told who has it"
        async with mine.desk.store.read() as work:
            conversation = await mine.conversation(address)
            standing = await work.people.standing(conversation)
            said = [one for one in await work.outbox.of_conversation(conversation) if one.purpose == "handover"]
        assert standing is not None
        assert (standing.held_by, len(said)) == (winner.id, 1), "and the carer hears of one person"
    for each in (mine, theirs):
        await each.desk.store.close()


async def test_a_reply_can_be_taken_back_for_five_seconds(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    first = await room.act(ANNA, "reply", "Shall I ring you?")
    assert "Shall I ring you?" not in room.said, "held for five seconds"
    await room.act(ANNA, "take_back", first)
    room.clock.move(SIX)
    await send_turn(room.desk, first)
    assert "Shall I ring you?" not in room.said
    second = await room.act(ANNA, "reply", "Good morning")
    room.clock.move(SIX)
    await send_turn(room.desk, second)
    assert room.said[-1] == "Good morning"
    with pytest.raises(TooLate):
        await room.act(ANNA, "take_back", second)


async def test_what_is_taken_back_while_its_first_part_goes_out_stops_there(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    turn_id = await room.act(ANNA, "reply", "First. " * 200 + "\n\n" + "Second. " * 100)
    send_text = room.sender.send_text

    async def and_take_back(*given: Any, **more: Any) -> Any:
        sent = await send_text(*given, **more)
        await room.act(ANNA, "take_back", turn_id)
        return sent

    room.sender.send_text = and_take_back  # type: ignore[method-assign]
    room.clock.move(SIX)
    await send_turn(room.desk, turn_id)
    assert room.said[-1].startswith("(1/2) First.")


async def test_outside_the_window_only_an_approved_template_goes_out(each_room: Room) -> None:
    room = each_room
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    room.clock.move(timedelta(hours=25))
    with pytest.raises(OutsideReplyWindow):
        await room.act(ANNA, "reply", "Are you still there?")
    templates = {"HX1": "Hello {{1}}, may I write to you?"}
    with pytest.raises(NothingWritten):
        await room.act(ANNA, "send_template", "HX2", {}, templates)
    turn_id = await room.act(ANNA, "send_template", "HX1", {"1": "Sam"}, templates)
    room.clock.move(SIX)
    await send_turn(room.desk, turn_id)
    assert room.said[-1] == "template HX1"
    async with room.desk.store.read() as work:
        [part] = await work.outbox.of_turn(turn_id)
    assert (part.body, part.variables) == ("Hello Sam, may I write to you?", {"1": "Sam"})


async def test_nobody_writes_to_a_carer_who_said_stop(room: Room) -> None:
    await room.hear("HUMAN")
    await room.hear("STOP")
    await room.act(ANNA, "take_over")
    with pytest.raises(CarerOptedOut):
        await room.act(ANNA, "reply", "Hello")


async def test_a_carer_who_asks_for_a_person_after_stop_can_be_answered(room: Room) -> None:
    await room.hear("STOP")
    await room.hear("HUMAN")
    assert "I have turned them on again, so that a person can write to you" in room.said[-1]
    await room.act(ANNA, "take_over")
    turn_id = await room.act(ANNA, "reply", "Hello")
    room.clock.move(SIX)
    await send_turn(room.desk, turn_id)
    assert room.said[-1] == "Hello"


async def test_a_carer_hears_at_the_takeover_who_is_there_outside_the_hours_of_the_team(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    assert "The team is there Monday to Friday, 9am to 5pm." in room.said[-1]
    assert "ring Northmere Emergency Duty Team on 01632 960121. In danger, ring 999." in room.said[-1]


@pytest.mark.parametrize(
    ("act", "given"),
    [("take_over", ()), ("reply", ("x",)), ("resolve", ()), ("note", ("x",)), ("unmask", ("safety", "a good reason")),
     ("approve", ("t",)), ("view", ())],
)  # fmt: skip
async def test_the_core_asks_for_the_role(room: Room, act: str, given: tuple[str, ...]) -> None:
    await room.hear("HUMAN")
    with pytest.raises(NotAllowed):
        await room.act(AUTHOR, act, *given)


async def test_a_case_goes_from_state_to_state_and_keeps_who_moved_it(each_room: Room) -> None:
    room = each_room
    await room.hear("HUMAN")
    await room.act(ANNA, "acknowledge")
    await room.act(ANNA, "take_over")
    await room.act(ANNA, "reply", "Hello")
    await room.hear("thank you")
    await room.act(ANNA, "resolve")
    [case] = await room.rows(EscalationRow)
    await room.act(BEN, "reopen", case.id)
    events = [(event.kind, event.by) for event in await room.rows(CaseEventRow)]
    anna, ben = "staff:anna", "staff:ben"
    assert events == [
        ("opened", "system"), ("acknowledged", anna), ("taken_over", anna), ("waiting", anna),
        ("taken_over", "carer"), ("resolved", anna), ("reopened", ben),
    ]  # fmt: skip
    with pytest.raises(StateNotAllowed, match="Load the page again"):
        await room.act(BEN, "reopen", case.id)


async def test_a_carer_who_writes_to_a_person_is_never_left_without_a_case(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    await room.act(ANNA, "resolve")
    await room.hear("one more thing")
    [case] = [one for one in await room.rows(EscalationRow) if one.resolved_at is None]
    assert (case.reason, case.owner) == ("wrote_to_person", "anna"), "the assistant is silent: somebody must see this"
    await room.act(ANNA, "reply", "Of course")
    for text in ("WHY", "thank you"):  # a command too is written to the person
        await room.act(ANNA, "reply", "Yes?")
        await room.hear(text)
        [case] = [one for one in await room.rows(EscalationRow) if one.resolved_at is None]
        assert case.state == "taken_over", text


@pytest.mark.parametrize("code", [63024, 63014])
async def test_a_persons_reply_that_is_lost_on_the_way_comes_back_to_them(room: Room, code: int) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    turn_id = await room.act(ANNA, "reply", "Shall I ring you?")
    room.clock.move(SIX)
    await send_turn(room.desk, turn_id)
    await room.lose(code)
    for _ in range(2):
        await tick(room.desk)
    cases = {one.reason: one.state for one in await room.rows(EscalationRow)}
    assert cases == {"asked_for_person": "taken_over", "send_refused": "open"}


@pytest.mark.parametrize(("code", "cases"), [(63024, ["send_refused"]), (63014, [])])
async def test_an_answer_that_is_lost_is_a_case_unless_the_carer_blocked_us(
    room: Room, code: int, cases: list[str]
) -> None:
    await send_turn(room.desk, await room.hear("breaks?", send=False))
    await room.lose(code)
    await tick(room.desk)
    assert [one.reason for one in await room.rows(EscalationRow)] == cases


async def test_danger_while_a_person_answers_is_seen_by_acknowledging_or_answering(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "take_over")
    for act, given, state in (("acknowledge", (), "taken_over"), ("reply", ("I am here",), "waiting")):
        await room.hear("danger")
        [crisis] = [one for one in await room.rows(EscalationRow) if one.reason == "crisis"]
        assert crisis.state in ("open", "reopened")
        assert crisis.tell_again_at
        await room.act(ANNA, act, *given)
        [crisis] = [one for one in await room.rows(EscalationRow) if one.reason == "crisis"]
        assert (crisis.state, crisis.tell_again_at) == (state, None)


async def test_closing_a_crisis_ends_the_reminders(room: Room) -> None:
    await room.hear("danger")
    [before] = await room.rows(ConversationRow)
    await room.act(ANNA, "resolve")
    [after] = await room.rows(ConversationRow)
    assert (before.danger, after.danger) == (["suicide_self_harm"], [])


async def test_looking_and_unmasking_are_logged_with_the_kind_of_reason_alone(room: Room) -> None:
    await room.hear("HUMAN")
    await room.act(ANNA, "view")
    with pytest.raises(NothingWritten):
        await room.act(ANNA, "unmask", "curious", "just because")
    await room.act(ANNA, "unmask", "safety", "Mrs Quill may have fallen")
    entries = [(one.what, one.who, str(one.facts)) for one in await room.rows_by(AuditEntryRow, "number")]
    assert ("conversation_viewed", "staff:anna", "{}") in entries
    assert ("conversation_unmasked", "staff:anna", '{"reason":"safety"}') in entries
    assert not any("Quill" in facts for _, _, facts in entries)
    async with room.desk.store.read() as work:
        [note] = await work.notes.of_conversation((await room.rows(ConversationRow))[0].id)
    assert "Mrs Quill may have fallen" in note.body


async def test_the_first_name_is_all_that_a_carer_learns_of_staff(room: Room) -> None:
    await room.hear("HUMAN")
    lead = Staff("id-7", "Dee Marsh-Okoro", frozenset({Role.TEAM_LEAD}))
    await room.act(lead, "take_over")
    assert "Dee" in room.said[-1]
    assert "Marsh" not in room.said[-1]
