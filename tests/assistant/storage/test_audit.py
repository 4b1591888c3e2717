"""The audit log on both databases: one unbroken chain, whoever writes at once, and no way to change it afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from assistant.settings import Settings
from assistant.storage.audit import START, entry_hash
from assistant.storage.audit_tables import AuditEntryRow
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store, Work

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
async def stores(settings: Settings) -> AsyncIterator[list[Store]]:
    """Two processes' worth of stores on one database."""
    made = [Store(make_engine(settings), load_keys(settings)) for _ in range(2)]
    yield made
    for store in made:
        await store.close()


async def entries(store: Store) -> list[dict[str, Any]]:
    async with store.read() as work:
        rows = await work.connection.execute(select(AuditEntryRow.__table__).order_by(AuditEntryRow.number))
        return [dict(row._mapping) for row in rows]


def assert_whole(rows: list[dict[str, Any]]) -> None:
    previous = START
    for number, row in enumerate(rows, start=1):
        assert (row["number"], row["previous"], row["hash"]) == (number, previous, entry_hash(row))
        previous = row["hash"]


async def test_writers_at_once_make_one_chain(stores: list[Store]) -> None:
    async def unit(work: Work) -> None:
        await work.audit.note("switch_set", "staff:a1", "channel:whatsapp", {"paused": True}, NOW)
        await work.audit.note("switch_set", "staff:a1", "channel:whatsapp", {"paused": False}, NOW)

    async def alone(store: Store) -> None:
        async with store.write() as work:
            await unit(work)

    await asyncio.gather(*(store.together(unit) for store in stores * 15), *(alone(store) for store in stores * 5))

    rows = await entries(stores[0])
    assert len(rows) == 80
    assert_whole(rows)


async def test_what_is_undone_was_never_noted(stores: list[Store]) -> None:
    with pytest.raises(LookupError):
        async with stores[0].write() as work:
            await work.audit.note("turn_decided", "system", "turn:1", {}, NOW)
            raise LookupError

    assert await entries(stores[0]) == []
    async with stores[0].read() as work:
        with pytest.raises(RuntimeError, match="only reads"):
            await work.audit.note("turn_decided", "system", "turn:1", {}, NOW)


async def test_the_database_refuses_to_change_or_delete_an_entry(stores: list[Store]) -> None:
    async with stores[0].write() as work:
        await work.audit.note("turn_decided", "system", "turn:1", {"outcome": "answered"}, NOW)
    for statement in ("delete from audit_entry", "update audit_entry set who = 'staff:other'"):
        with pytest.raises(DatabaseError, match="only ever added to"):
            async with stores[0].write() as work:
                await work.connection.execute(text(statement))

    assert_whole(await entries(stores[0]))


@pytest.mark.parametrize(
    ("who", "about", "facts", "error"),
    [
        pytest.param("Mrs Jones", "turn:1", {}, ValueError, id="a name as who"),
        pytest.param("system", "carer:+447700900123", {}, ValueError, id="a number as about"),
        pytest.param("system", "turn:1", {"words": "x" * 301}, ValueError, id="a long text"),
        pytest.param("system", "turn:1", {"words": ["a"]}, TypeError, id="a list"),
    ],
)
async def test_what_could_hold_a_person_s_words_is_refused(
    stores: list[Store], who: str, about: str, facts: Any, error: type[Exception]
) -> None:
    async with stores[0].write() as work:
        with pytest.raises(error):
            await work.audit.note("turn_decided", who, about, facts, NOW)
