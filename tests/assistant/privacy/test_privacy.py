"""Kept as long as the schedule says, shown on request, and gone without a trace when erased."""

import os
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import insert, select, text

from assistant.domain.roles import Role, Staff
from assistant.errors import KeyUnfit, NotAllowed
from assistant.privacy.access import as_json, as_pdf, conversation_with, export_person
from assistant.privacy.erasure import NobodyThere, erase_for_staff
from assistant.privacy.retention import delete_on_time
from assistant.privacy.schedule import carers_tables, schedule
from assistant.privacy.scrub import scrub
from assistant.settings import Settings
from assistant.storage.audit import START, entry_hash
from assistant.storage.audit_tables import AuditEntryRow
from assistant.storage.case_tables import FeedbackRow, NoteRow, ReportRow
from assistant.storage.engine import make_engine
from assistant.storage.keys import Keys, load_keys
from assistant.storage.rail_tables import RailReviewRow
from assistant.storage.rooms import all_tables
from assistant.storage.store import Store
from assistant.storage.tables import (
    CarerRow,
    ConsentEventRow,
    ConversationRow,
    EscalationRow,
    InboundMessageRow,
    OutboundMessageRow,
    TurnRow,
)
from evaluation.tables import ReviewRow

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OFFICER = Staff("ig", "Ira Green", frozenset({Role.INFORMATION_GOVERNANCE}))
CARERS = int(os.environ.get("CARERS", "400"))
"""Set CARERS=10000 for the long run; one in a hundred asks for erasure, at least ten."""


def number(of: int) -> str:
    return f"whatsapp:+4477009{of:05d}"


def words(of: int) -> str:
    return f"Mum Jean fell on day {of} and our house is number {of * 7} in Larch Road"


def rows_of(keys: Keys, of: int, at: datetime = NOW) -> list[tuple[Any, dict[str, Any]]]:
    """Return one carer's rows, in every table that holds a carer's words."""
    carer, conversation, turn = f"c{of:031d}", f"v{of:031d}", f"t{of:031d}"
    sealed = keys.seal(words(of))
    no_list: dict[str, Any] = {key: [] for key in ("categories", "findings", "passages", "citations", "timings_ms")}
    return [
        (CarerRow, {"id": carer, "address_hash": keys.digest(number(of)), "address_sealed": keys.seal(number(of)), "created_at": at}),
        (ConversationRow, {"id": conversation, "carer_id": carer, "last_inbound_at": at, "created_at": at, "danger": ["scam"], "nation": "wales"}),
        (InboundMessageRow, {"provider_sid": f"SM{of:032x}", "conversation_id": conversation, "kind": "text", "body_sealed": sealed, "received_at": at}),
        (OutboundMessageRow, {"conversation_id": conversation, "turn_id": turn, "position": 0, "purpose": "reply", "body_sealed": keys.seal(f"You said: {words(of)}"), "created_at": at}),
        (TurnRow, {"id": turn, "conversation_id": conversation, "release_id": "r-1", "outcome": "answered", "urgency": "none", "question_sealed": sealed, "reply_sealed": keys.seal("reply " + words(of)), "vector_sealed": keys.seal("vector of " + words(of)), "started_at": at, "finished_at": at, **no_list}),
        (EscalationRow, {"id": f"e{of:031d}", "conversation_id": conversation, "turn_id": turn, "reason": "crisis" if of % 5 == 0 else "asked_for_person", "urgency": "none", "categories": [], "created_at": at}),
        (NoteRow, {"conversation_id": conversation, "by": "staff:a", "by_name": "Ann", "body_sealed": keys.seal("note " + words(of)), "at": at}),
        (ReportRow, {"id": f"a{of:031d}", "kind": "complaint", "conversation_id": conversation, "turn_id": turn, "detail_sealed": keys.seal("answered " + words(of)), "by": "carer", "created_at": at, "closed_at": at}),
        (ReportRow, {"id": f"o{of:031d}", "kind": "complaint", "conversation_id": conversation, "turn_id": turn, "detail_sealed": keys.seal("open " + words(of)), "by": "carer", "created_at": at}),
        (RailReviewRow, {"report_id": f"w{of:031d}", "turn_id": turn, "release_id": "r-1", "rail": "tone", "decision": "upheld", "note_sealed": keys.seal("review " + words(of)), "by": "staff:a", "at": at}),
        (ReviewRow, {"id": f"x{of:031d}", "turn_id": turn, "release_id": "r-1", "why": "sample", "week": "2026-W48", "is_right": None, "created_at": at}),
        (FeedbackRow, {"conversation_id": conversation, "turn_id": turn, "score": 1, "reason": "", "at": at}),
        (ConsentEventRow, {"carer_id": carer, "kind": "delete_data", "method": "staff", "at": at}),
    ]  # fmt: skip


async def fill(store: Store, many: int, at: datetime = NOW) -> None:
    made = [rows_of(store.keys, of, at) for of in range(many)]
    async with store.write() as work:
        for place in range(len(made[0])):
            table = made[0][place][0]
            await work.connection.execute(insert(table.__table__), [rows[place][1] for rows in made])
        for of in range(many):
            await work.audit.note("turn_decided", "system", f"turn:t{of:031d}", {"outcome": "answered"}, at)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = Store(make_engine(settings), load_keys(settings))
    yield store
    await store.close()


async def everything(store: Store, conversations: set[str]) -> dict[str, list[Any]]:
    """Return all carers' rows, those of some conversations left out."""
    skip = {one[1:] for one in conversations}
    async with store.read() as work:
        found = {}
        for table, _ in carers_tables():
            rows = [tuple(row) for row in await work.connection.execute(select(table))]
            found[table.name] = sorted(
                repr(row) for row in rows if not any(isinstance(one, str) and one[1:] in skip for one in row)
            )
        return found


def test_every_table_of_every_room_has_a_rule() -> None:
    missing = sorted(set(all_tables()) - set(schedule()))
    assert missing == [], "give each of these a rule in assistant/privacy/schedule.yaml"


def test_rules_name_columns_that_exist_and_no_sealed_column_is_forgotten() -> None:
    for name, table in all_tables().items():
        rule = schedule()[name]
        named = {*(rule.words.columns if rule.words else ()), *rule.reset}
        timed = {one.at for one in (rule.words, rule.rows) if one and one.at}
        assert named | timed <= set(table.c.keys()), name
        if rule.about == "carers" and rule.erasure != "delete":
            sealed = {column for column in table.c.keys() if column.endswith("_sealed")}  # noqa: SIM118
            assert sealed <= named, name


async def test_erasing_leaves_no_trace_and_leaves_others_alone(store: Store, settings: Settings) -> None:
    many = CARERS if settings.is_sqlite else 40
    await fill(store, many)
    erased = max(10, many // 100)
    gone = list(range(0, many, many // erased))[:erased]
    ids = {f"v{of:031d}" for of in gone}
    before = await everything(store, ids)
    sealed = await sealed_bytes(store, ids)
    for of in gone:
        async with store.write() as work:
            conversation = await conversation_with(work, number(of))
            receipt = await erase_for_staff(work, OFFICER, conversation, NOW)
        assert receipt.erased["What the carer wrote"] == 1
        assert receipt.erased["Answers that people look at again, without words"] == 1
        assert receipt.erased["Complaints, incidents, rights requests and reports of wrong answers"] == 1, (
            "the answered one"
        )
        assert receipt.kept["Complaints, incidents, rights requests and reports of wrong answers"].startswith(
            "It must be answered first"
        )
        assert ("What staff wrote about a conversation" in receipt.kept) is (of % 5 == 0)
    await scrub(store, nightly=True)

    assert await everything(store, ids) == before, "other people's data are unchanged"
    async with store.read() as work:
        with pytest.raises(NobodyThere):
            await conversation_with(work, number(gone[0]))
    await assert_chain(store)
    if settings.is_sqlite:
        needles = [*sealed, *(store.keys.digest(number(of)).encode() for of in gone)]
        needles += [text.encode() for of in gone for text in (number(of), words(of))]
        assert found_in(settings.var, needles) == []


async def test_what_was_kept_until_it_was_answered_goes_once_it_is(store: Store) -> None:
    await fill(store, 12)
    async with store.write() as work:
        await erase_for_staff(work, OFFICER, await conversation_with(work, number(1)), NOW)
    assert "thread_report" not in await delete_on_time(store, timedelta(days=90), NOW)
    assert await details(store, 1) == [0, 1], "the open one is still to be answered"
    async with store.write() as work:
        await work.notes.settle(f"o{1:031d}", closed_at=NOW)
        await work.notes.settle(f"o{2:031d}", closed_at=NOW)
    assert (await delete_on_time(store, timedelta(days=90), NOW))["thread_report"] == 1
    assert await details(store, 1) == [0, 0]
    assert await details(store, 2) == [1, 1], "nobody asked for the erasure of the other one"


async def details(store: Store, of: int) -> list[int]:
    """Return for each report of a carer whether it still has words: the one answered first, then the one left open."""
    statement = select(ReportRow.detail_sealed).where(ReportRow.conversation_id == f"v{of:031d}").order_by(ReportRow.id)
    async with store.read() as work:
        return [int(bool(one)) for one in (await work.connection.execute(statement)).scalars()]


async def sealed_bytes(store: Store, conversations: set[str]) -> list[bytes]:
    """Return the sealed values that must go: all but the notes and open complaints that must be kept."""
    turns = {f"t{one[1:]}" for one in conversations}
    async with store.read() as work:
        answered = select(ReportRow.detail_sealed).where(
            ReportRow.conversation_id.in_(conversations), ReportRow.closed_at.is_not(None)
        )
        reviews = select(RailReviewRow.note_sealed).where(RailReviewRow.turn_id.in_(turns))
        found = [bytes(one) for each in (answered, reviews) for one in (await work.connection.execute(each)).scalars()]
        assert len(found) == 2 * len(conversations)
        for table, column in (
            (InboundMessageRow, "body_sealed"),
            (OutboundMessageRow, "body_sealed"),
            (TurnRow, "question_sealed"),
            (TurnRow, "reply_sealed"),
            (TurnRow, "vector_sealed"),
        ):
            statement = select(table.__table__.c[column]).where(table.__table__.c.conversation_id.in_(conversations))
            found += [bytes(one) for one in (await work.connection.execute(statement)).scalars()]
        return found


def found_in(folder: Path, needles: list[bytes]) -> list[str]:
    """Search every file of the data folder, keys apart, byte by byte."""
    files = [one for one in folder.rglob("*") if one.is_file() and "keys" not in one.parts]
    assert any(one.name == "kith.db" for one in files)
    return [f"{one.name}: {needle[:20]!r}" for one in files for needle in needles if needle in one.read_bytes()]


async def assert_chain(store: Store) -> None:
    async with store.read() as work:
        rows = await work.connection.execute(select(AuditEntryRow.__table__).order_by(AuditEntryRow.number))
        previous = START
        for row in rows:
            assert (row.previous, row.hash) == (previous, entry_hash(row._mapping))
            previous = row.hash


async def test_what_is_past_its_time_goes_and_what_is_not_stays(store: Store) -> None:
    await fill(store, 3, NOW - timedelta(days=91))
    assert (await delete_on_time(store, timedelta(days=90), NOW)) == {
        "inbound_message": 3,
        "outbound_message": 3,
        "turn": 3,
    }
    assert await delete_on_time(store, timedelta(days=90), NOW) == {}, "nothing is left to do"
    async with store.read() as work:
        assert (await work.connection.execute(select(InboundMessageRow.body_sealed))).scalars().all() == [b""] * 3
        assert (await work.connection.execute(select(NoteRow.body_sealed))).scalars().first()

    later = NOW + timedelta(days=730)
    touched = await delete_on_time(store, timedelta(days=90), later)
    assert {"conversation", "carer", "turn", "escalation", "feedback"} <= set(touched)
    async with store.read() as work:
        for table in (CarerRow, ConversationRow, TurnRow, NoteRow, ConsentEventRow):
            assert (await work.connection.execute(select(table.__table__))).all() == []
        noted = (
            await work.connection.execute(text("select count(*) from audit_entry where what = 'old_data_deleted'"))
        ).scalar()
    assert noted == 3


async def test_a_carer_is_shown_all_that_is_kept_and_only_by_who_may(store: Store) -> None:
    await fill(store, 2)
    async with store.write() as work:
        conversation = await conversation_with(work, number(1))
        with pytest.raises(NotAllowed):
            await export_person(work, Staff("x", "X", frozenset({Role.TEAM_LEAD})), conversation, NOW)
        found = await export_person(work, OFFICER, conversation, NOW)
    told = as_json(found)
    assert told.count(words(1)) == 9
    assert number(1) in told
    assert words(0) not in told
    assert {part["table"] for part in found["parts"]} >= {
        "turn",
        "feedback",
        "case_note",
        "consent_event",
        "escalation",
    }
    assert as_pdf(found, "Northmere", "Kith").startswith(b"%PDF")


async def test_without_its_key_nothing_can_be_read(store: Store) -> None:
    await fill(store, 1)
    stranger = Keys(MultiFernet([Fernet(Fernet.generate_key())]), store.keys.hash_key)
    async with store.read() as work:
        for body in (await work.connection.execute(select(InboundMessageRow.body_sealed))).scalars():
            with pytest.raises(KeyUnfit):
                stranger.open(body)


def test_the_search_would_find_a_trace(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "kith.db") as whole:
        whole.execute("create table t (w text)")
        whole.execute("insert into t values ('Larch Road')")
    whole.close()
    assert found_in(tmp_path, [b"Larch Road"])
