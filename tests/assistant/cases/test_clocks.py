"""Hours, due times, the rota, and what happens when nobody acts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cases.alerter import Alert
from assistant.cases.clocks import Clocks, at_least
from assistant.cases.hours import Hours, read_hours, spoken
from assistant.cases.opening import open_case
from assistant.cases.rota import Contact, Rota, read_rota
from assistant.cases.service import Service
from assistant.cases.states import State
from assistant.cases.why import Why
from assistant.errors import SettingsWrong
from assistant.inbox.clockwork import tick
from assistant.inbox.send import send_turn
from assistant.settings import Settings
from assistant.storage.case_tables import CaseAlertRow, CaseEventRow
from assistant.storage.tables import EscalationRow
from tests.assistant.cases.room import ANNA, Room

COUNCIL = {"nation": "england", "service": {"closed": {"2026-12-24": "Christmas Eve"}}}
ENGLAND = read_hours(COUNCIL)
MOMENTS = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


@pytest.mark.parametrize(
    ("nation", "day", "is_open"),
    [
        pytest.param("england", "2026-11-23", True, id="a Monday"),
        pytest.param("england", "2026-11-22", False, id="a Sunday"),
        pytest.param("england", "2026-12-25", False, id="Christmas Day"),
        pytest.param("england", "2026-12-28", False, id="Boxing Day moved to Monday"),
        pytest.param("scotland", "2027-01-04", False, id="2 January moved, in Scotland"),
        pytest.param("england", "2027-01-04", True, id="2 January is none in England"),
        pytest.param("northern_ireland", "2026-03-17", False, id="Saint Patrick's Day in Northern Ireland"),
        pytest.param("wales", "2026-03-17", True, id="Saint Patrick's Day is none in Wales"),
        pytest.param("england", "2026-12-24", False, id="the service's own closure"),
    ],
)
def test_the_service_is_open_on_its_days(nation: str, day: str, is_open: bool) -> None:
    assert read_hours({**COUNCIL, "nation": nation}).is_open(at(day, "12:00")) is is_open


def test_open_time_runs_over_nights_weekends_and_bank_holidays() -> None:
    asked = at("2026-12-23", "16:30")
    assert ENGLAND.after(asked, timedelta(hours=1)) == at("2026-12-29", "09:30")
    assert ENGLAND.why_closed(at("2026-12-28", "12:00").date()) == "bank holiday"


def test_hours_follow_the_clock_of_the_country_not_of_the_server() -> None:
    assert ENGLAND.is_open(at("2026-07-01", "08:30")), "9:30 in summer time"
    assert not ENGLAND.is_open(at("2026-12-01", "08:30"))


@given(MOMENTS, st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_a_due_time_is_in_opening_hours_and_never_early(asked: datetime, minutes: int) -> None:
    due = ENGLAND.after(asked, timedelta(minutes=minutes))
    assert due >= asked + timedelta(minutes=minutes)
    assert minutes == 0 or ENGLAND.is_open(due - timedelta(microseconds=1))


@given(MOMENTS)
@settings(max_examples=30, deadline=None)
def test_later_states_give_later_or_equal_time(asked: datetime) -> None:
    clocks = Clocks(ENGLAND)
    for urgency in ("emergency", "urgent", "none"):
        first, second = clocks.due(urgency, State.OPEN, asked), clocks.due(urgency, State.ACKNOWLEDGED, asked)
        assert first and second and asked < first <= second
    assert clocks.due("none", State.RESOLVED, asked) is None


def test_an_emergency_counts_the_night_too() -> None:
    night = at("2026-11-22", "02:00")
    assert Clocks(ENGLAND).due("emergency", State.OPEN, night) == night + timedelta(minutes=5)


def test_hours_that_cannot_be_read_cost_no_case_and_say_what_to_do() -> None:
    never = Hours({})
    assert Clocks(never).due("urgent", State.OPEN, at("2026-11-23", "12:00")) == at("2026-11-23", "12:00")
    with pytest.raises(SettingsWrong, match="monday"):
        read_hours({"service": {"hours": {"monday": "9 to 5"}}})
    with pytest.raises(SettingsWrong, match="rota"):
        read_rota({"service": {"rota": [{"targets": []}]}}, [])


def test_what_was_found_can_only_raise_the_urgency() -> None:
    assert at_least("dead_letter", "none") == "emergency"
    assert at_least("asked_for_person", "urgent") == "urgent"


@pytest.mark.parametrize(
    ("moment", "now", "words"),
    [
        (("2026-11-23", "14:30"), ("2026-11-23", "10:00"), "today at 2:30pm"),
        (("2026-11-24", "09:00"), ("2026-11-23", "10:00"), "tomorrow at 9am"),
        (("2026-11-24", "12:00"), ("2026-11-23", "10:00"), "tomorrow at midday"),
        (("2026-11-24", "00:00"), ("2026-11-23", "10:00"), "tomorrow at midnight"),
        (("2026-11-24", "12:05"), ("2026-11-23", "10:00"), "tomorrow at 12:05pm"),
        (("2026-12-01", "09:00"), ("2026-11-23", "10:00"), "on Tuesday 1 December at 9am"),
    ],
)
def test_a_moment_is_said_as_people_say_it(moment: tuple[str, str], now: tuple[str, str], words: str) -> None:
    assert spoken(at(*moment), at(*now)) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (("2026-11-23", "02:00"), "They are not there now. They are back today at 9am, and will look by today at 5pm."),
        (("2026-11-23", "12:00"), "They are there now, until today at 5pm, and will look by tomorrow at midday."),
        (
            ("2026-11-28", "12:00"),
            "They are not there now. They are back on Monday 30 November at 9am, and will look by",
        ),
    ],
)
async def test_a_carer_who_asks_for_a_person_hears_when_in_real_hours(
    room: Room, moment: tuple[str, str], words: str
) -> None:
    room.clock.move(at(*moment) - room.clock.now())
    await room.hear("HUMAN")
    assert words in room.said[-1]
    assert "Northmere Emergency Duty Team" not in room.said[-1] or "01632 960121" in room.said[-1]
    assert "999" in room.said[-1]


class Told:
    """Notes alerts instead of sending them; refuses the first `refusals`."""

    def __init__(self, refusals: int = 0) -> None:
        self.alerts: list[tuple[str, Alert]] = []
        self.refusals = refusals

    async def __call__(self, target: str, alert: Alert) -> bool:
        self.refusals -= 1
        if self.refusals >= 0:
            return False
        self.alerts.append((target, alert))
        return True


ROTA = Rota(
    ("json://team",),
    (
        Contact("Day", ("json://day",), "open"),
        Contact("Night", ("json://night",), "closed"),
        Contact("Lead", ("json://lead",)),
    ),
)


def with_rota(configuration: Settings, told: Told) -> Room:
    return Room.make(configuration, Service(hours=ENGLAND, rota=ROTA, url="https://kith.example", send_alert=told))


async def minutes_pass(room: Room, minutes: float) -> None:
    """Let time pass, a minute at a time, with a tick in each as the timer gives it."""
    for _ in range(int(minutes)):
        room.clock.move(timedelta(minutes=1))
        await tick(room.desk)


async def test_an_emergency_that_nobody_acknowledges_is_told_again_to_the_next_in_the_rota(settings: Settings) -> None:
    told = Told()
    room = with_rota(settings, told)
    await room.hear("danger")
    await tick(room.desk)
    assert [target for target, _ in told.alerts] == ["json://team", "json://night"], "it is 2 in the morning"
    await minutes_pass(room, 4)
    assert len(told.alerts) == 2
    await minutes_pass(room, 1)
    assert [target for target, _ in told.alerts[2:]] == ["json://team", "json://lead"]
    await minutes_pass(room, 10)
    assert [target for target, _ in told.alerts[4:]] == ["json://team", "json://lead"]
    await minutes_pass(room, 30)
    assert len(told.alerts) == 6
    kinds = [event.kind for event in await room.rows(CaseEventRow)]
    assert kinds.count("told_again") == 2
    assert "breached" in kinds
    await room.desk.store.close()


async def test_an_acknowledged_emergency_is_not_told_again_and_a_restart_forgets_no_clock(lite: Settings) -> None:
    told = Told()
    room = with_rota(lite, told)
    await room.hear("danger")
    await room.desk.store.close()
    again = with_rota(lite, told)  # a new process on the same database
    await minutes_pass(again, 5)
    assert len(told.alerts) == 4, "the first alerts and the repeat came from the database"
    await again.act(ANNA, "acknowledge")
    await minutes_pass(again, 12)
    assert len(told.alerts) == 4
    await again.desk.store.close()


@pytest.mark.parametrize(
    ("seen", "told_at_once"),
    [
        pytest.param(("acknowledge",), 2, id="danger again after somebody saw the first"),
        pytest.param(("acknowledge", "take_over", "resolve", "reopen"), 0, id="opened again by hand"),
        pytest.param((), 2, id="danger again when nobody came at all"),
    ],
)
async def test_an_emergency_that_comes_up_again_is_told_until_somebody_sees_it(
    lite: Settings, seen: tuple[str, ...], told_at_once: int
) -> None:
    told = Told()
    room = with_rota(lite, told)
    await room.hear("danger")
    await minutes_pass(room, 1 if seen else 20)
    for act in seen:
        [case] = [one for one in await room.rows(EscalationRow) if one.reason == "crisis"]
        await room.act(ANNA, act, *([case.id] if act == "reopen" else []))
    told.alerts.clear()
    if "reopen" not in seen:
        await room.hear("danger")
    await tick(room.desk)
    assert len(told.alerts) == told_at_once
    await minutes_pass(room, 16)
    second = "json://lead" if told_at_once else "json://night"
    assert [target for target, _ in told.alerts[-4:]] == ["json://team", second, "json://team", "json://lead"]
    await room.desk.store.close()


async def test_urgent_danger_again_is_told_again_only_when_the_first_was_seen(lite: Settings) -> None:
    told = Told()
    room = with_rota(lite, told)
    await room.hear("HUMAN")
    conversation, why = await room.conversation(), Why(await room.conversation(), None, "safeguarding", "urgent")
    for _ in range(2):
        async with room.desk.store.write() as work:
            await open_case(work, room.desk.service, why, room.clock.now())
    await tick(room.desk)
    assert [alert.title for _, alert in told.alerts].count("Kith: Urgent case") == 2, "one each for team and night desk"
    await room.act(ANNA, "acknowledge")
    async with room.desk.store.write() as work:
        await open_case(work, room.desk.service, why, room.clock.now())
        [case] = await work.escalations.unresolved(conversation, "safeguarding")
    await tick(room.desk)
    assert [alert.title for _, alert in told.alerts].count("Kith: Urgent case") == 4
    assert case.state == "reopened"
    await room.desk.store.close()


DAY, NIGHT, LEAD, EMPTY = ROTA.contacts[0], ROTA.contacts[1], ROTA.contacts[2], Contact("Empty", ())


@pytest.mark.parametrize(
    ("contacts", "before", "clock", "told"),
    [
        pytest.param((DAY, NIGHT, LEAD), (), "12:00", "Day 1", id="the first on duty"),
        pytest.param((DAY, NIGHT, LEAD), ("Night 1",), "12:00", "Day 1", id="the office opened meanwhile"),
        pytest.param((DAY, NIGHT, LEAD), ("Day 1",), "18:00", "Night 1", id="the office closed meanwhile"),
        pytest.param((DAY, NIGHT, LEAD), ("Day 1", "Lead 1"), "12:00", "Lead 1", id="all told: the last again"),
        pytest.param((EMPTY, LEAD), (), "12:00", "Lead 1", id="nobody can be told where no target is set"),
    ],
)
def test_the_next_contact_is_one_who_has_not_been_told(
    contacts: tuple[Contact, ...], before: tuple[str, ...], clock: str, told: str
) -> None:
    assert [label for label, _ in Rota((), contacts).told(ENGLAND, at("2026-11-23", clock), before)] == [told]


async def test_an_alert_holds_category_urgency_and_link_and_never_the_words(lite: Settings) -> None:
    told = Told()
    room = with_rota(lite, told)
    await room.hear("danger: my neighbour Zebedee Quill")
    await tick(room.desk)
    [case] = await room.rows(EscalationRow)
    _, alert = told.alerts[0]
    assert alert.title == "Kith: Emergency case"
    assert f"https://kith.example/inbox/case/{case.id}" in alert.text
    assert "Suicide" in alert.text or "suicide" in alert.text
    assert "Quill" not in alert.title + alert.text
    await room.desk.store.close()


async def test_a_refused_alert_is_tried_again_until_it_is_taken(lite: Settings) -> None:
    told = Told(refusals=3)
    room = with_rota(lite, told)
    await room.hear("HUMAN")
    await tick(room.desk)
    assert not [row for row in await room.rows(EscalationRow) if row.alerted_at and told.refusals >= 0]
    await minutes_pass(room, 4)
    assert {target for target, _ in told.alerts} == {"json://team", "json://night"}
    assert {row.state for row in await room.rows(CaseAlertRow)} == {"sent"}
    await room.desk.store.close()


async def test_the_same_reason_makes_one_case_and_a_new_emergency_is_told_each_time(lite: Settings) -> None:
    told = Told()
    room = with_rota(lite, told)
    for text in ("danger", "HUMAN", "HUMAN", "danger"):
        await room.hear(text)
    await tick(room.desk)
    cases: list[Any] = await room.rows(EscalationRow)
    assert sorted(case.reason for case in cases) == ["asked_for_person", "crisis"]
    assert sum(alert.title == "Kith: Emergency case" for _, alert in told.alerts) == 4
    await room.desk.store.close()


async def test_drafts_wait_for_a_person_and_crisis_texts_do_not(settings: Settings) -> None:
    room = Room.make(settings, Service(hours=ENGLAND, approve_within=timedelta(minutes=10)))
    first = await room.hear("breaks?")
    assert room.said == []
    await room.hear("danger")
    assert room.said == ["Ring 999."]
    await room.act(ANNA, "approve", first)
    assert room.said[-1] == "heard: breaks?"
    second = await room.hear("money?")
    await room.act(ANNA, "approve", second, "Better words.")
    assert room.said[-1] == "Better words."
    await room.desk.store.close()


async def test_an_unread_draft_becomes_the_holding_text_and_is_never_sent(lite: Settings) -> None:
    room = Room.make(lite, Service(hours=ENGLAND, approve_within=timedelta(minutes=10)))
    await room.hear("breaks?")
    await room.hear("money?")
    room.clock.move(timedelta(minutes=11))
    for turn_id, _ in await tick(room.desk):
        await send_turn(room.desk, turn_id)
    assert len(room.said) == 1
    assert room.said[0].startswith("I am sorry to keep you waiting. A person checks my answers")
    await room.desk.store.close()


async def test_a_draft_is_due_when_it_runs_out_and_not_a_day_later(lite: Settings) -> None:
    room = Room.make(lite, Service(hours=ENGLAND, approve_within=timedelta(minutes=10)))
    await room.hear("breaks?")
    [case] = await room.rows(EscalationRow)
    assert (case.reason, case.due_at - case.created_at) == ("approve_reply", timedelta(minutes=10))
    await room.desk.store.close()


async def test_a_draft_stored_before_the_mode_was_switched_on_waits_too(lite: Settings) -> None:
    room = Room.make(lite)
    turn_id = await room.hear("breaks?", send=False)
    careful = replace(room.desk, service=Service(hours=ENGLAND, approve_within=timedelta(minutes=10)))
    await send_turn(careful, turn_id)
    assert room.said == []
    await room.desk.store.close()
