"""A statement that was made ready once does on SQLite what SQLAlchemy would have it do, every time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Integer, MetaData, String, Table, bindparam, create_engine, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import Column

from assistant.storage import (
    audit,
    inbound,
    outbox,
    people,
    prepared,
    rail_records,
    releases,
    switches,
    turns,
)
from assistant.storage.direct import DirectConnection
from assistant.storage.prepared import often, ready_for
from assistant.storage.tables import UtcTime, new_id

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOTES = Table(
    "note",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("words", String, nullable=False, default="nothing"),
    Column("made_at", UtcTime()),
    Column("code", String, default=new_id),
)
ADD = often(insert(NOTES).returning(NOTES.c.id))
LATEST = often(select(NOTES).order_by(NOTES.c.id.desc()).limit(bindparam("most")))
REWORD = often(update(NOTES).where(NOTES.c.words == "first").values(words=bindparam("now")))
AMONG = often(select(NOTES.c.id).where(NOTES.c.words.in_(bindparam("these", expanding=True))))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path}/notes.db")
    NOTES.metadata.create_all(engine)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


async def test_it_stores_and_reads_as_sqlalchemy_does(connection: Connection) -> None:
    direct = DirectConnection(connection)
    assert (await direct.execute(ADD, {"words": "first", "made_at": NOON, "code": "a"})).scalar_one() == 1
    assert (await direct.execute(ADD, {"made_at": None, "code": "b"})).scalar() == 2
    assert (await direct.execute(REWORD, {"now": "second"})).rowcount == 1
    rows = list(await direct.execute(LATEST, {"most": 5}))
    assert rows == [tuple(row) for row in connection.execute(select(NOTES).order_by(NOTES.c.id.desc()))]
    assert [(row.words, row.made_at) for row in rows] == [("nothing", None), ("second", NOON)]
    assert (await direct.execute(LATEST, {"most": 0})).first() is None


async def test_several_rows_are_stored_in_their_order(connection: Connection) -> None:
    direct = DirectConnection(connection)
    await direct.execute(ADD, [{"words": word, "code": word} for word in ("one", "two")])
    assert [row.words for row in await direct.execute(LATEST, {"most": 5})] == ["two", "one"]


async def test_its_errors_are_those_of_sqlalchemy_and_quote_nothing(connection: Connection) -> None:
    direct = DirectConnection(connection)
    with pytest.raises(IntegrityError) as caught:
        await direct.execute(ADD, {"words": None, "code": "mum fell"})
    assert "mum fell" not in str(caught.value)
    with pytest.raises(KeyError):
        await direct.execute(LATEST, {})


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        pytest.param(ADD, {"words": "a value is worked out for each row"}, id="a default that is worked out"),
        pytest.param(AMONG, {"these": ["first", "second"]}, id="a list of any length"),
    ],
)
async def test_what_differs_from_time_to_time_is_left_to_sqlalchemy(
    connection: Connection, statement: Any, given: dict[str, Any]
) -> None:
    assert ready_for(statement, tuple(given), connection.dialect) is None
    await DirectConnection(connection).execute(statement, given)


def test_every_marked_statement_of_a_message_can_be_made_ready(connection: Connection) -> None:
    rooms = (audit, inbound, outbox, people, rail_records, releases, switches, turns)
    marked = [
        value
        for room in rooms
        for value in vars(room).values()
        if id(value) in prepared._often and not getattr(value, "is_insert", False)
    ]
    assert len(marked) > 12
    assert all(ready_for(statement, (), connection.dialect) for statement in marked)
