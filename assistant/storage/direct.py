"""SQLite without threads.

A statement on a local SQLite file takes some 0.06 ms and a commit 0.3 ms; handing either to another thread and back
takes longer. So all runs where it is asked for, a transaction in one go, which also keeps SQLite's one place for a
writer free for other processes most of the time. Only the wait for that place gives way to other tasks.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.storage import prepared
from assistant.storage.precedence import Precedence

BUSY_SECONDS = 10
"""The longest wait for another process that writes."""
LOOK_AGAIN = 0.0005
"""Seconds between looks whether the other writer is done. SQLite's own pauses would soon grow to 25 ms and more."""


class DirectConnection:
    """A plain connection with the async connection's face, as far as the repositories use it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite: Any = connection.connection.dbapi_connection
        self.dialect = connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run one statement now. Read the result before the next statement."""
        rows = prepared.run(self._sqlite, statement, parameters or {}, self.dialect)
        return self._connection.execute(statement, parameters) if rows is None else rows


AnyConnection = AsyncConnection | DirectConnection
"""What a repository is given."""


@asynccontextmanager
async def reading(engine: Engine) -> AsyncIterator[DirectConnection]:
    """Open a transaction that only reads."""
    with engine.connect() as connection, connection.begin() as begun:
        yield DirectConnection(connection)
        begun.rollback()  # nothing to write


@asynccontextmanager
async def writing(engine: Engine, goes_first: bool = False) -> AsyncIterator[DirectConnection]:
    """Open a transaction that may write, commit it on a clean exit, undo it on any error.

    With `goes_first`, other processes let this one write before them.
    """
    precedence = Precedence(str(engine.url.database), goes_first)
    await precedence.respected()
    with engine.connect() as connection, precedence.held():
        await _take_the_place(connection)
        connection.execution_options(has_begun=True)
        with connection.begin():
            yield DirectConnection(connection)


async def _take_the_place(connection: Connection) -> None:
    """Begin a transaction that may write, as soon as no other process does. Raises `OperationalError` after `BUSY_SECONDS`."""
    sqlite: Any = connection.connection.dbapi_connection
    until = time.monotonic() + BUSY_SECONDS
    sqlite.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                sqlite.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
            await asyncio.sleep(LOOK_AGAIN)
    finally:
        sqlite.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
