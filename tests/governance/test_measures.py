"""The measures: right on both databases, silent about handfuls of people, and explained by a query that runs."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert

from assistant.settings import Settings
from assistant.staff.policy import policy
from assistant.storage.case_tables import CaseEventRow
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.staff_tables import StaffRow, TrainingRow
from assistant.storage.store import Store
from assistant.storage.tables import CarerRow, ConversationRow, EscalationRow, InboundMessageRow, TurnRow
from governance.measures.catalogue import CATALOGUE
from governance.measures.compute import (
    NoSuchMeasure,
    compute,
    compute_all,
    counted,
    explain,
    measure_named,
    query_of,
    share,
)
from governance.measures.model import Figure, Period
from tests.databases import ready_database

START = datetime(2026, 11, 1, tzinfo=UTC)
PERIOD = Period(START, START + timedelta(days=30))
NOW = datetime(2026, 12, 1, tzinfo=UTC)
OUTCOMES = (
    ["answered"] * 12
    + ["unanswerable_no_content"] * 3
    + ["declined_dose"] * 4
    + ["error_step"]
    + ["signposted_crisis"] * 2
    + ["answered_telling"] * 2
)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = Store(make_engine(settings), load_keys(settings))
    await fill(opened)
    yield opened
    await opened.close()


async def fill(store: Store) -> None:
    """Six carers, a turn a day for the outcomes above, five cases, and one turn on the first moment after the period."""
    async with store.write() as work:
        for number in range(6):
            await put(work, CarerRow, id=f"k{number}", address_hash=f"h{number}", address_sealed=b"x")
            await put(work, ConversationRow, id=f"c{number}", carer_id=f"k{number}", last_inbound_at=START)
            await put(work, InboundMessageRow, provider_sid=f"SM{number}", conversation_id=f"c{number}", kind="text",
                      body_sealed=b"x", received_at=START + timedelta(hours=number))  # fmt: skip
        for number, outcome in enumerate([*OUTCOMES, "answered"]):
            at = PERIOD.end if number == len(OUTCOMES) else START + timedelta(days=number)
            await put(work, TurnRow, id=f"t{number}", conversation_id=f"c{number % 6}", release_id="r-1", outcome=outcome,
                      urgency="none", categories=[], question_sealed=b"x", reply_sealed=b"x", findings=[], passages=[],
                      citations=[], timings_ms=[], started_at=at - timedelta(seconds=1 + number), finished_at=at)  # fmt: skip
        for number, minutes in enumerate((4, 10, 20, 25, 30)):
            opened = START + timedelta(days=1)
            await put(work, EscalationRow, id=f"e{number}", conversation_id="c1", reason="crisis", urgency="emergency",
                      created_at=opened, breached_at=opened if number else None)  # fmt: skip
            await put(work, CaseEventRow, case_id=f"e{number}", kind="acknowledged", by="staff:1",
                      at=opened + timedelta(minutes=minutes))  # fmt: skip


async def put(work: Any, row: Any, **values: Any) -> None:
    await work.connection.execute(insert(row.__table__).values(**values))


async def figures(store: Store) -> dict[str, Figure]:
    async with store.read() as work:
        return await compute_all(work.connection, PERIOD, NOW)


async def test_the_figures_are_those_of_the_records(store: Store) -> None:
    found = await figures(store)
    assert set(found) == set(CATALOGUE)
    assert found["turns"].value == len(OUTCOMES)
    assert (found["answered"].value, found["answered"].n) == (0.6, 20)
    assert found["tellings"].n == len(OUTCOMES), "a telling is no question, and is counted by itself"
    assert found["tellings"].value == pytest.approx(2 / len(OUTCOMES), abs=1e-4)
    assert found["answered"].interval == "38.7% to 78.1%"
    assert found["carers_active"].words == "6"
    assert found["minutes_to_person_emergency"].value == 20
    assert found["late_cases"].value == 0.8
    assert found["turn_seconds_p95"].value == pytest.approx(len(OUTCOMES) - 1)


async def test_a_handful_of_people_is_not_shown(store: Store) -> None:
    found = await figures(store)
    assert found["crises"].words == "fewer than 5"
    assert found["crises"].value is None
    assert ("Counted", "not shown: it would tell of too few people") in explain(found["crises"])


@pytest.mark.parametrize(
    ("name", "hits", "n", "hidden"),
    [
        pytest.param("thumbs_up", 4, 100, True, id="few of many"),
        pytest.param("thumbs_up", 96, 100, True, id="all but a few"),
        pytest.param("thumbs_up", 100, 100, False, id="all"),
        pytest.param("thumbs_up", 0, 100, False, id="none"),
        pytest.param("thumbs_up", 5, 10, False, id="enough on both sides"),
        pytest.param("late_cases", 1, 4, True, id="few cases"),
        pytest.param("late_cases", 1, 100, False, id="a late case is told among many"),
        pytest.param("answered", 1, 3, False, id="of questions, not people"),
    ],
)
def test_a_share_never_tells_of_a_handful(name: str, hits: int, n: int, hidden: bool) -> None:
    found = share(CATALOGUE[name], PERIOD, hits, n, NOW)
    assert found.hidden is hidden
    assert (found.value is None) is hidden
    if hidden:
        assert (found.words, found.interval) == ("too few people to show", "")


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        pytest.param(6, 12, "6", id="enough on both sides"),
        pytest.param(6, 8, "too few people to show", id="two are left over"),
        pytest.param(3, 12, "fewer than 5", id="few themselves"),
        pytest.param(6, 6, "6", id="nobody is left over"),
        pytest.param(0, 3, "fewer than 5", id="nought of a few"),
    ],
)
def test_what_is_left_of_a_whole_never_tells_of_a_handful(part: int, whole: int, words: str) -> None:
    assert CATALOGUE["emergencies"].part_of == "crises"
    assert counted(CATALOGUE["emergencies"], PERIOD, part, NOW, whole).words == words


async def test_looks_at_private_details_are_counted_from_the_log(store: Store) -> None:
    async with store.write() as work:
        for what in ("conversation_viewed",) * 9 + ("conversation_unmasked",):
            await work.audit.note(what, "staff:1", "conversation:c1", {}, START + timedelta(days=2))
        await work.audit.note("conversation_unmasked", "staff:1", "conversation:c1", {}, PERIOD.end)
    found = (await figures(store))["uncovered"]
    assert (found.value, found.n) == (0.1, 10)


async def test_staff_who_accepted_and_were_trained_are_counted_as_accounts_stood(store: Store) -> None:
    async with store.write() as work:
        for number in range(8):
            staff = await work.staff.add(f"s{number}@northmere.example", "Sam", frozenset(), START)
            if number < 6:
                await work.staff.accept(staff, policy().version if number else "p-older", START)
            if number < 7:
                done = PERIOD.last_day - timedelta(days=364 if number else 365)
                await put(work, TrainingRow, staff_id=staff, course="Kith", done_on=done, recorded_by="x", at=START)
        await put(
            work, StaffRow, email="left@northmere.example", name="L", roles=[], created_at=START, disabled_at=START
        )
        await put(work, StaffRow, email="new@northmere.example", name="N", roles=[], created_at=PERIOD.end)
    found = await figures(store)
    assert {name: (found[name].value, found[name].n) for name in ("policy_accepted", "trained")} == {
        "policy_accepted": (5 / 8, 8),
        "trained": (6 / 8, 8),
    }


async def test_a_time_that_rests_on_few_people_is_not_shown(store: Store) -> None:
    one_day = Period(START + timedelta(days=1), START + timedelta(days=2))
    async with store.write() as work:
        await work.connection.execute(delete(CaseEventRow).where(CaseEventRow.case_id.in_(["e0", "e1"])))
    async with store.read() as work:
        found = await compute(work.connection, CATALOGUE["minutes_to_person_emergency"], one_day, NOW)
    assert found.hidden and found.value is None


async def test_what_was_not_measured_is_not_nought(store: Store) -> None:
    found = await figures(store)
    assert found["thumbs_up"].value is None
    assert found["thumbs_up"].words == "not measured"


async def test_one_pass_over_the_turns_gives_what_each_query_gives(store: Store) -> None:
    together = await figures(store)
    async with store.read() as work:
        alone = {name: await compute(work.connection, one, PERIOD, NOW) for name, one in CATALOGUE.items()}
    assert together == alone
    assert sum(one.over_turns is not None for one in CATALOGUE.values()) >= 10


async def test_another_release_has_its_own_figures(store: Store) -> None:
    async with store.read() as work:
        other = await compute(work.connection, CATALOGUE["turns"], Period(PERIOD.start, PERIOD.end, "r-2"), NOW)
    assert other.value == 0


def test_an_unknown_measure_is_told_the_known_ones() -> None:
    with pytest.raises(NoSuchMeasure, match="answered"):
        measure_named("happiness")


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_query_that_is_shown_runs(name: str, schema: sqlite3.Connection) -> None:
    query = query_of(CATALOGUE[name], PERIOD)
    assert "?" not in query
    schema.execute(query)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    settings = ready_database(Settings(environment="test", var=tmp_path_factory.mktemp("schema")))
    return sqlite3.connect(settings.var / "kith.db")
