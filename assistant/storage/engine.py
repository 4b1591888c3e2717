"""The database engine: SQLite by default, PostgreSQL by setting, the same promises on both."""

from functools import partial
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from assistant.errors import DatabaseUnfit
from assistant.settings import Settings
from assistant.storage.direct import BUSY_SECONDS
from assistant.storage.log_keeper import LONGEST


def make_engine(settings: Settings, goes_first: bool = False) -> Engine | AsyncEngine:
    """Return the engine: an async one for PostgreSQL, a plain one for SQLite (decision record 0003 says why).

    SQLite: WAL, `synchronous=FULL`, and transactions that write start with `BEGIN IMMEDIATE`. A process that `goes_first`
    never carries the log over into the database: `storage.log_keeper` does, in the process behind.
    """
    if not settings.is_sqlite:
        return create_async_engine(
            settings.database, pool_size=20, max_overflow=20, pool_pre_ping=True, connect_args={"connect_timeout": 3}
        )
    settings.var.mkdir(parents=True, exist_ok=True)
    url = make_url(settings.database).set(drivername="sqlite")
    # Every transaction ends in a commit or a rollback of its own, so the pool need not roll back once more.
    # Tests and commands may take a connection over on another thread, one after the other, never two at once.
    options = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, pool_size=16, max_overflow=16, pool_reset_on_return=None, connect_args=options)
    event.listen(engine, "connect", partial(_set_pragmas, longest_log=0 if goes_first else LONGEST))
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _: Any, longest_log: int) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event then says when a transaction starts
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={longest_log}")
    cursor.close()


def _begin(connection: Any) -> None:
    # One that may write has begun already: it waited for its turn with `BEGIN IMMEDIATE` (`storage.direct`).
    if not connection.get_execution_options().get("has_begun", False):
        connection.exec_driver_sql("BEGIN")


async def check_engine(connection: Any) -> None:
    """Raise `DatabaseUnfit` unless a committed row survives a power cut. `connection` is that of an open `Work`."""
    if connection.dialect.name != "sqlite":
        if (await connection.execute(text("show fsync"))).scalar() != "on":
            raise DatabaseUnfit(
                "PostgreSQL runs with fsync off: an acknowledged message could vanish in a power cut. Set fsync = on."
            )
        return
    mode = (await connection.execute(text("PRAGMA journal_mode"))).scalar()
    level = (await connection.execute(text("PRAGMA synchronous"))).scalar()
    if (mode, level) != ("wal", 2):
        raise DatabaseUnfit(
            f"SQLite runs with journal_mode={mode}, synchronous={level}; it must be WAL and FULL. Is `var` on a network drive? Move it to a local disk."
        )
