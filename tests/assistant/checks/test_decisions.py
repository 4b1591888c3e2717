"""Counters of the checks, reported decisions and proposed changes, with two pairs of eyes; floods; explanations."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.checks.decisions import ReviewRefused, decide, judge, propose
from assistant.checks.explain import explain
from assistant.domain.outcome import Outcome
from assistant.domain.roles import Role, Staff
from assistant.domain.turn import Exchange, Finding, Heard, Past, Turn
from assistant.errors import NotAllowed
from assistant.pipeline.flood import MOST_IN_A_DAY, MOST_IN_A_MINUTE, LimitFlood
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.notes import NewReport
from assistant.storage.rail_records import TURNS
from assistant.storage.store import Store
from assistant.storage.turns import Recorded
from rails.register import source
from tests.databases import ready_database

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
AUTHOR = Staff("author", "Ann Author", frozenset({Role.AUTHOR, Role.REVIEWER}))
REVIEWER = Staff("reviewer", "Rav Reviewer", frozenset({Role.REVIEWER}))
WORKER = Staff("worker", "Wyn Worker", frozenset({Role.SUPPORT_WORKER}))
FOUND = (
    Finding("danger_rules", "pass"),
    Finding("tone_is_kind", "fail"),
    Finding("danger_classifier", "error"),
    Finding("model", "error"),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    settings = ready_database(Settings(environment="test", var=tmp_path / "var"))
    opened = Store(make_engine(settings), load_keys(settings))
    yield opened
    await opened.close()


def a_turn(**changes: object) -> Turn:
    turn = Turn((Heard("hello"),), id="t1", release="r-1", masked="hello", findings=FOUND)
    return replace(turn.stop(Outcome.ANSWERED, "Hi."), **changes)  # type: ignore[arg-type]


async def reported(store: Store, by: str = "staff:worker") -> str:
    """A recorded turn with a report of a wrong decision; return the report's id."""
    async with store.write() as work:
        conversation = await work.people.conversation_of("whatsapp:+447700900001", NOW)
        await work.turns.add(a_turn(), conversation, NOW, NOW)
        return await work.notes.report(NewReport("wrong_decision", conversation, by, "why", "t1"), NOW)


async def test_each_turn_counts_what_fired_and_what_broke_by_release(store: Store) -> None:
    async with store.write() as work:
        for turn in (a_turn(), a_turn(), a_turn(release="r-2")):
            await work.rails.count(turn, NOW)

    async with store.read() as work:
        totals = {
            (one.rail, one.release): (one.fired, one.errors) for one in await work.rails.totals(date(2026, 11, 23))
        }
        assert await work.rails.totals(date(2026, 11, 24)) == []
    assert totals == {
        (TURNS, "r-1"): (2, 0), (TURNS, "r-2"): (1, 0), ("tone_is_kind", "r-1"): (2, 0), ("tone_is_kind", "r-2"): (1, 0),
        ("danger_classifier", "r-1"): (0, 2), ("danger_classifier", "r-2"): (0, 1),
    }  # fmt: skip


async def test_an_overturned_decision_counts_against_its_rail_and_release_once(store: Store) -> None:
    report = await reported(store)
    async with store.write() as work:
        await judge(work, REVIEWER, report, "tone_is_kind", True, "It was kind.", NOW)
    async with store.read() as work:
        [total] = await work.rails.totals(NOW.date())
        assert (total.rail, total.release, total.overturned) == ("tone_is_kind", "r-1", 1)
    with pytest.raises(ReviewRefused, match="already"):
        async with store.write() as work:
            await judge(work, REVIEWER, report, "tone_is_kind", True, "", NOW)


async def test_a_chat_remembers_which_messages_came_near_to_danger_and_when(store: Store) -> None:
    near = a_turn(id="t2", findings=(Finding("soft_line", "fail", "near to carer_breakdown"),))
    async with store.write() as work:
        conversation = await work.people.conversation_of("whatsapp:+447700900001", NOW)
        await work.turns.add(a_turn(), conversation, NOW, NOW)
        await work.turns.add(near, conversation, NOW, NOW + timedelta(hours=1))
        before, after = await work.turns.recent(conversation)
    assert (before.near, after.near) == (False, True)
    assert after.at == NOW + timedelta(hours=1)


async def test_nobody_judges_a_report_of_their_own_or_without_the_role(store: Store) -> None:
    report = await reported(store, by="staff:reviewer")
    for staff, refused in ((REVIEWER, ReviewRefused), (WORKER, NotAllowed)):
        with pytest.raises(refused):
            async with store.write() as work:
                await judge(work, staff, report, "tone_is_kind", True, "", NOW)


async def test_a_change_of_words_is_checked_and_needs_a_second_person(store: Store) -> None:
    text = source("personal_data.yaml").replace("I have hidden", "I have covered", 1)
    async with store.write() as work:
        draft = await propose(work, AUTHOR, "personal_data.yaml", text, "Plainer.", NOW)
    with pytest.raises(ReviewRefused, match="You wrote"):
        async with store.write() as work:
            await decide(work, AUTHOR, draft, True, NOW)
    async with store.write() as work:
        await decide(work, REVIEWER, draft, True, NOW)
    async with store.read() as work:
        [row] = await work.rails.drafts("personal_data.yaml")
        assert (row.state, row.decided_by) == ("approved", "staff:reviewer")


@pytest.mark.parametrize(
    ("file", "change", "why", "says"),
    [
        pytest.param("personal_data.yaml", ("owner:", "ownr:"), "Try", "line", id="a slip"),
        pytest.param("personal_data.yaml", ("x", "x"), "Try", "Change something", id="no change"),
        pytest.param("personal_data.yaml", ("hidden", "covered"), " ", "why", id="no reason"),
        pytest.param("../settings.yaml", ("hidden", "covered"), "Try", "No rail", id="no such file"),
    ],
)
async def test_a_change_that_cannot_stand_is_refused(
    store: Store, file: str, change: tuple[str, str], why: str, says: str
) -> None:
    with pytest.raises(ReviewRefused, match=says):
        async with store.write() as work:
            await propose(work, AUTHOR, file, source("personal_data.yaml").replace(*change), why, NOW)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        pytest.param("crisis_texts.yaml", "  suicide_self_harm:\n    lane", "  sadness:\n    lane", "no text for", id="a danger without words"),
        pytest.param("reply_harm.yaml", "    says:\n", "    says:\n      - '(unclosed'\n", "pattern", id="a pattern that cannot be read"),
        pytest.param("danger.yaml", "owner:", "ownr:", "line", id="a slip in the rules"),
    ],
)  # fmt: skip
async def test_words_that_would_break_a_check_are_refused(
    store: Store, file: str, old: str, new: str, says: str
) -> None:
    assert old in source(file)
    with pytest.raises(ReviewRefused, match=says):
        async with store.write() as work:
            await propose(work, AUTHOR, file, source(file).replace(old, new, 1), "Try", NOW)


async def test_a_flood_gets_one_polite_notice_and_then_silence() -> None:
    step = LimitFlood(Wording.load(Settings().guidance_values))
    calm = Turn((Heard("hi"),), Past(in_a_minute=MOST_IN_A_MINUTE, in_a_day=MOST_IN_A_DAY))
    minute = Turn((Heard("hi"),), Past(in_a_minute=MOST_IN_A_MINUTE + 1, in_a_day=MOST_IN_A_MINUTE + 1))
    day = Turn((Heard("hi"),), Past(in_a_day=MOST_IN_A_DAY + 1))

    assert (await step(calm)).outcome is None
    for many in (minute, day):
        first = await step(many)
        again = await step(replace(many, past=replace(many.past, exchanges=(exchange(first),))))
        assert first.outcome is again.outcome is Outcome.GUARDED_FLOOD
        assert "999" in first.reply[0] and again.reply == ()


def exchange(turn: Turn) -> Exchange:
    assert turn.outcome is not None
    return Exchange("hi", turn.reply[0], turn.outcome.value)


def test_an_explanation_names_checks_and_sources_and_never_the_words() -> None:
    cited = [["carers-allowance", "Carer's Allowance", "https://www.gov.uk/carers-allowance", "2026-11-01"]]
    findings = [[one.rail, one.result, "a secret reason"] for one in FOUND]
    turn = Recorded(
        "t1", "answered", "none", [], "my secret", "the reply", "r-1", findings, [], cited, [], NOW, NOW
    )  # fmt: skip

    told = explain(turn)

    assert told.quiet == 1 and len(told.checks) == 2 and told.checks[1].startswith("Could not check")
    assert "Carer's Allowance (checked 1 November 2026)" in told.text and "r-1" in told.text
    assert "secret" not in told.text
