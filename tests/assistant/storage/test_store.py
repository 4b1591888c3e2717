"""What is stored, on SQLite and on PostgreSQL alike."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import LargeBinary, create_engine, select, text

from assistant.channels.delivery import DeliveryState
from assistant.domain.turn import Heard, Kind
from assistant.errors import DatabaseUnfit, KeyUnfit
from assistant.privacy.erasure import erase
from assistant.settings import Settings
from assistant.storage.direct import DirectConnection
from assistant.storage.engine import check_engine, make_engine
from assistant.storage.keys import add_kept_key, load_keys
from assistant.storage.migrate import alembic_config, migrate
from assistant.storage.rotate import rotate
from assistant.storage.store import Store
from assistant.storage.tables import Base, CarerRow, InboundMessageRow

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ADDRESS = "whatsapp:+447700900123"
WORDS = "mum fell again and I am so tired"


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = Store(make_engine(settings), load_keys(settings))
    yield store
    await store.close()


async def add(store: Store, sid: str, body: str = WORDS, address: str = ADDRESS) -> int | None:
    async with store.write() as work:
        conversation = await work.people.conversation_of(address, NOW)
        return await work.inbound.add(conversation, sid, Heard(body), NOW)


async def test_the_database_survives_a_power_cut(store: Store) -> None:
    async with store.read() as work:
        await check_engine(work.connection)


async def test_a_sqlite_that_may_lose_commits_is_refused(tmp_path: object) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/weak.db")
    with engine.connect() as weak, pytest.raises(DatabaseUnfit, match="must be WAL and FULL"):
        await check_engine(DirectConnection(weak))
    engine.dispose()


def test_the_migrations_make_exactly_the_tables(empty_settings: Settings) -> None:
    migrate(empty_settings)

    command.check(alembic_config(empty_settings.database))  # raises when the tables and the history differ


async def test_a_message_is_stored_once(store: Store) -> None:
    assert await add(store, "SM" + "a" * 32) is not None
    assert await add(store, "SM" + "a" * 32) is None


async def test_one_carer_has_one_conversation(store: Store) -> None:
    async with store.write() as work:
        first = await work.people.conversation_of(ADDRESS, NOW)
        again = await work.people.conversation_of(ADDRESS, NOW + timedelta(hours=1))
        other = await work.people.conversation_of("whatsapp:US.AbC123", NOW)

    assert first == again != other


async def test_words_and_addresses_are_not_readable_at_rest(store: Store, settings: Settings) -> None:
    await add(store, "SM" + "b" * 32)
    async with store.read() as work:
        rows = list(await work.connection.execute(select(CarerRow.address_sealed, CarerRow.address_hash)))
        rows += list(await work.connection.execute(select(InboundMessageRow.body_sealed)))
    everything = b"".join(value if isinstance(value, bytes) else value.encode() for row in rows for value in row)

    assert b"7700900123" not in everything
    assert b"tired" not in everything
    for file in settings.var.glob("kith.db*"):
        assert b"7700900123" not in file.read_bytes()
        assert b"so tired" not in file.read_bytes()


async def test_messages_wait_in_order_until_they_are_answered(store: Store) -> None:
    first, second = await add(store, "SM" + "1" * 32, "one"), await add(store, "SM" + "2" * 32, "two")
    assert first and second
    async with store.read() as work:
        message = await work.inbound.get(first)
        assert message
        waiting = await work.inbound.unanswered(message.conversation_id)
    assert [one.heard for one in waiting] == [Heard("one", Kind.TEXT), Heard("two", Kind.TEXT)]

    async with store.write() as work:
        assert await work.inbound.answer([first, second], "t1")
    async with store.write() as work:
        assert not await work.inbound.answer([second], "t2"), "a message has one turn"


async def test_an_error_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError):
        async with store.write() as work:
            await work.people.conversation_of(ADDRESS, NOW)
            raise RuntimeError
    async with store.read() as work:
        assert (await work.connection.execute(select(CarerRow.id))).first() is None


async def test_news_of_a_message_may_come_before_its_receipt(store: Store) -> None:
    async with store.write() as work:
        conversation = await work.people.conversation_of(ADDRESS, NOW)
        [outbound] = await work.outbox.add(conversation, "t1", [("reply", "hello")], NOW)
    sid = "SM" + "c" * 32
    async with store.write() as work:
        assert not await work.outbox.delivery(sid, DeliveryState.DELIVERED, None, NOW)
    async with store.write() as work:
        await work.outbox.sent(outbound, sid, NOW)
    async with store.write() as work:
        assert await work.outbox.delivery(sid, DeliveryState.SENT, None, NOW)
        [due] = await work.outbox.of_turn("t1")

    assert due.delivery_state == "delivered", "states only move forwards"


async def test_rotating_the_key_reseals_everything(store: Store, settings: Settings) -> None:
    inbound = await add(store, "SM" + "d" * 32)
    older_alone = settings.model_copy(update={"encryption_keys": newest_key(settings)})
    add_kept_key(settings)
    fresh = Store(store.engine, load_keys(settings))

    assert await rotate(fresh) == 2

    newest_alone = settings.model_copy(update={"encryption_keys": newest_key(settings)})
    async with Store(store.engine, load_keys(newest_alone)).read() as work:
        message = await work.inbound.get(inbound or 0)
        assert message and message.heard.text == WORDS
    with pytest.raises(KeyUnfit, match="opens with none"):
        async with Store(store.engine, load_keys(older_alone)).read() as work:
            await work.inbound.get(inbound or 0)


def newest_key(settings: Settings) -> object:
    from pydantic import SecretStr

    return SecretStr((settings.var / "keys" / "encryption.key").read_text().split()[0])


async def test_erasing_leaves_no_words_and_no_address(store: Store) -> None:
    inbound = await add(store, "SM" + "e" * 32)
    async with store.write() as work:
        message = await work.inbound.get(inbound or 0)
        assert message
        await erase(work, message.conversation_id, "carer", NOW)
    async with store.read() as work:
        standing = await work.people.standing(message.conversation_id)
        assert standing and standing.address == ""
        gone = await work.inbound.get(inbound or 0)
        assert gone and gone.heard.text == ""
    async with store.write() as work:
        assert await work.people.conversation_of(ADDRESS, NOW) != message.conversation_id, "a stranger again"


def test_every_sealed_column_is_named_so() -> None:
    """A column of bytes holds a carer's words or address: its name says that it is sealed."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert isinstance(column.type, LargeBinary) == column.name.endswith("_sealed"), (
                f"{table.name}.{column.name}"
            )


async def test_deleted_bytes_are_overwritten(settings: Settings, store: Store) -> None:
    if not settings.is_sqlite:
        async with store.read() as work:
            assert (await work.connection.execute(text("select 1"))).scalar() == 1
        return
    async with store.read() as work:
        assert (await work.connection.execute(text("PRAGMA secure_delete"))).scalar() == 1


async def test_a_running_service_reads_and_writes_on_while_its_kept_key_is_rotated(
    store: Store, settings: Settings
) -> None:
    await add(store, "SM" + "1" * 32)
    add_kept_key(settings)
    await add(store, "SM" + "2" * 32, "written with the older key meanwhile")
    beside = Store(make_engine(settings), load_keys(settings))
    await rotate(beside)
    await add(beside, "SM" + "3" * 32, "written with the newer key")
    async with store.read() as work:
        sealed = list((await work.connection.execute(select(InboundMessageRow.body_sealed))).scalars())
    await beside.close()
    assert {store.keys.open(one) for one in sealed} == {
        WORDS, "written with the older key meanwhile", "written with the newer key",
    }  # fmt: skip
    assert beside.keys.open(store.keys.seal(WORDS)) == WORDS
