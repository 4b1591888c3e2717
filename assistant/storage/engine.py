"""The database engine: SQLite by default, PostgreSQL by setting, the same promises on both."""

from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from assistant.errors import DatabaseUnfit
from assistant.settings import Settings


def make_engine(settings: Settings) -> AsyncEngine:
    """Return an async engine. SQLite: WAL, `synchronous=FULL`, write transactions start with `BEGIN IMMEDIATE`."""
    if not settings.is_sqlite:
        return create_async_engine(
            settings.database, pool_size=20, max_overflow=20, pool_pre_ping=True, connect_args={"connect_timeout": 3}
        )
    url = make_url(settings.database)
    if url.database and url.database != ":memory:":
        settings.var.mkdir(parents=True, exist_ok=True)
    # Every transaction ends in a commit or a rollback of its own, so the pool need not roll back once more.
    engine = create_async_engine(
        url, pool_size=16, max_overflow=16, pool_reset_on_return=None, connect_args={"timeout": 10}
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event then says when a transaction starts
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    # A deferred transaction that reads and then writes can fail on a busy file; an immediate one waits its turn.
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


async def check_engine(engine: AsyncEngine) -> None:
    """Raise `DatabaseUnfit` unless a committed row survives a power cut (WAL and FULL on SQLite)."""
    if engine.dialect.name != "sqlite":
        async with engine.connect() as connection:
            if (await connection.execute(text("show fsync"))).scalar() != "on":
                raise DatabaseUnfit(
                    "PostgreSQL runs with fsync off: an acknowledged message could vanish in a power cut. Set fsync = on."
                )
        return
    async with engine.connect() as connection:
        mode = (await connection.execute(text("PRAGMA journal_mode"))).scalar()
        level = (await connection.execute(text("PRAGMA synchronous"))).scalar()
    if (mode, level) != ("wal", 2):
        raise DatabaseUnfit(
            f"SQLite runs with journal_mode={mode}, synchronous={level}; it must be WAL and FULL. Is `var` on a network drive? Move it to a local disk."
        )
