"""The carer's side: a person on request, thumbs, complaints, and a person when the assistant cannot help."""

from datetime import timedelta
from typing import Any

import pytest

from assistant.cases.service import Service
from assistant.channels.delivery import meaning_of
from assistant.channels.outcomes import SendRefused
from assistant.domain.turn import Kind, Passage
from assistant.inbox.send import send_turn
from assistant.pipeline.thumbs import DOWN, REASON, UP, said
from assistant.settings import Settings
from assistant.storage.case_tables import FeedbackRow, ReportRow
from assistant.storage.tables import EscalationRow
from tests.assistant.cases.room import CHECKED, Room

ASK = "Did that help? Reply 1 for yes or 2 for no."
OTHER = Passage("other", "Another page", "More", "Text.", "https://www.gov.uk/other", CHECKED.reviewed_on, 0.6)


async def reasons(room: Room) -> list[str]:
    return [case.reason for case in await room.rows(EscalationRow)]


async def test_at_most_one_answer_in_three_is_followed_by_the_question(room: Room) -> None:
    for number in range(9):
        await room.hear(f"question {number}")
    assert [place for place, body in enumerate(room.said) if body == ASK] == [3, 7, 11]


async def test_nobody_is_asked_after_danger(room: Room) -> None:
    await room.hear("danger")
    for number in range(6):
        await room.hear(f"question {number}")
    assert ASK not in room.said


async def asked(room: Room) -> None:
    for number in range(3):
        await room.hear(f"question {number}")
    assert room.said[-1] == ASK


async def test_a_thumb_up_is_kept_with_its_answer(room: Room) -> None:
    await asked(room)
    await room.hear("👍")
    [thumb] = await room.rows(FeedbackRow)
    assert (thumb.score, room.said[-1][:9]) == (1, "Thank you")
    assert await reasons(room) == []


async def test_a_thumb_down_gets_a_better_try_then_a_person(room: Room) -> None:
    await asked(room)
    room.found.append(OTHER)
    await room.hear("2")
    assert "Another page" in room.said[-1]
    await room.hear("A")
    await room.hear("that didn't help")
    assert "I have asked Northmere Carers Service to reply to you here. They are not there now." in room.said[-1]
    assert await reasons(room) == ["thumbs_down_twice"]
    assert [(thumb.score, thumb.reason) for thumb in await room.rows(FeedbackRow)] == [
        (-1, "not_what_i_asked"),
        (-1, ""),
    ]


async def test_a_thumb_down_with_nothing_better_says_so_and_asks_why(room: Room) -> None:
    await asked(room)
    await room.hear("no")
    assert "I have nothing better to show you" in room.said[-1]


@pytest.mark.parametrize(("tapped", "score"), [("thumb_up", 1), ("thumb_down", -1)])
async def test_one_tap_says_whether_it_helped(lite: Settings, tapped: str, score: int) -> None:
    room = Room.make(lite, Service(feedback_template="HX" + "2" * 32))
    for number in range(3):
        await room.hear(f"question {number}")
    assert room.said[-1] == "template HX" + "2" * 32
    await room.hear("Whatever the button says", kind=Kind.BUTTON, tapped=tapped)
    [thumb] = await room.rows(FeedbackRow)
    assert thumb.score == score
    await room.desk.store.close()


async def test_a_question_about_the_answer_that_cannot_be_sent_is_no_case(lite: Settings) -> None:
    room = Room.make(lite, Service(feedback_template="HX" + "2" * 32))
    for number in range(2):
        await room.hear(f"question {number}")
    turn_id = await room.hear("question 2", send=False)
    send_template = room.sender.send_template

    async def refuse(*given: Any, **more: Any) -> Any:
        room.sender.faults.append((SendRefused(meaning_of(21655)), False))
        return await send_template(*given, **more)

    room.sender.send_template = refuse  # type: ignore[method-assign]
    await send_turn(room.desk, turn_id)
    assert room.said[-1] == "heard: question 2"
    assert await reasons(room) == []
    await room.desk.store.close()


async def test_a_bare_word_is_no_thumb_when_nobody_asked(room: Room) -> None:
    await room.hear("one question")
    await room.hear("no")
    assert room.said[-1] == "heard: no"


@pytest.mark.parametrize(
    ("text", "awaiting", "meant"),
    [
        ("That didn't help!", "", DOWN), ("helped", "", UP), ("1", "thumb", UP), ("1", "", ""), ("No.", "thumb", DOWN),
        ("b", "reason", REASON + "hard_to_follow"), ("b", "thumb", ""), ("no, my mum needs help washing", "thumb", ""),
    ],
)  # fmt: skip
def test_what_counts_as_a_thumb(text: str, awaiting: str, meant: str) -> None:
    assert said(text, awaiting) == meant


async def test_no_answer_twice_in_a_row_brings_a_person_and_says_so(room: Room) -> None:
    await room.hear("weather?")
    assert await reasons(room) == []
    await room.hear("the weather tomorrow?")
    assert await reasons(room) == ["no_answer_twice"]
    assert "As I could not answer twice now, I have asked Northmere Carers Service to reply to you" in room.said[-1]


async def test_a_complaint_opens_a_case_and_starts_the_thirty_days(room: Room) -> None:
    await room.hear("I want to make a complaint")
    [report] = await room.rows(ReportRow)
    assert (report.kind, report.due_at - report.created_at) == ("complaint", timedelta(days=30))
    assert await reasons(room) == ["complaint"]
    assert "within 30 days" in room.said[-1]


async def test_what_cannot_be_read_goes_to_a_person(room: Room) -> None:
    await room.hear("", kind=Kind.VOICE)
    assert await reasons(room) == ["unreadable_media"]


async def test_what_did_not_help_is_heard_in_other_words(room: Room) -> None:
    await room.hear("question 1")
    room.found.append(OTHER)
    await room.hear("that's not really what I was after")
    assert "I have looked again" in room.said[-1]
    await room.hear("still no good to me")
    assert await reasons(room) == ["thumbs_down_twice"]


async def test_a_carer_whom_no_answer_did_not_help_gets_a_person_at_once(room: Room) -> None:
    await room.hear("question 1")
    await room.hear("weather?")
    await room.hear("that was no use")
    assert await reasons(room) == ["no_answer_twice"]
    assert await room.rows(FeedbackRow) == [], "the answer before was not meant"


@pytest.mark.parametrize(
    "text",
    [
        "you have misunderstood me", "not what i ment", "absolutely useless bot", "I already knew that", "still none the wiser",
        "the link does not work", "can you look again please", "you keep sending me the same thing", "that tells me nothing",
        "too vague", "I asked about something else", "wrong answer mate",
    ],
)  # fmt: skip
def test_these_are_about_the_answer(text: str) -> None:
    assert said(text, "") == DOWN


@pytest.mark.parametrize(
    "text",
    [
        "I feel useless", "I'm no good at this", "nothing helps", "I get no help", "there is no answer", "the council was no help", "it's all shit",
        "the agency got it wrong", "mum's tablets aren't helping", "my GP was useless", "dad is still confused", "it's all pointless",
        "you don't understand what it's like", "I can't go on like this", "I don't need help", "not sure", "is that right?", "no",
    ],
)  # fmt: skip
def test_these_are_about_a_life_or_somebody_else(text: str) -> None:
    assert said(text, "") == ""
