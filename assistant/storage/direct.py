"""SQLite without a thread hop for each statement.

A statement on a local SQLite file takes some 0.06 ms; handing it to another thread and back takes eight times that.
So statements run where they are asked for, and only what may wait, the start and the commit, goes to a thread.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncConnection

Result = TypeVar("Result")
_waiting_room = ThreadPoolExecutor(4, "store")
"""Threads of our own: the loop's usual ones are shared with the durable engine, whose waits can be long."""


class DirectConnection:
    """A plain connection with the async connection's face, as far as the repositories use it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run one statement now. Read the result before the next statement."""
        return self._connection.execute(statement, parameters)


AnyConnection = AsyncConnection | DirectConnection
"""What a repository is given."""


@asynccontextmanager
async def transaction(engine: Engine, reads_only: bool = False) -> AsyncIterator[DirectConnection]:
    """Open a transaction, commit it on a clean exit, undo it on any error."""
    # Readers never wait for a writer, so only a writer's start goes to a thread.
    connection = _begin(engine, reads_only) if reads_only else await off_loop(lambda: _begin(engine, reads_only))
    try:
        yield DirectConnection(connection)
    except BaseException:
        await off_loop(lambda: _end(connection, connection.rollback))
        raise
    if reads_only:
        _end(connection, connection.rollback)  # nothing to write, so nothing to wait for
    else:
        await off_loop(lambda: _end(connection, connection.commit))


def _begin(engine: Engine, reads_only: bool) -> Connection:
    """Check a connection out and start its transaction, waiting for another writer if there is one."""
    connection = engine.connect()
    try:
        connection.execution_options(reads_only=reads_only)
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def _end(connection: Connection, how: Callable[[], None]) -> None:
    try:
        how()
    finally:
        connection.close()


async def off_loop(work: Callable[[], Result]) -> Result:
    """Run in a thread. When the caller is cancelled, wait all the same: a commit under way must not be disturbed."""
    task = asyncio.ensure_future(asyncio.get_running_loop().run_in_executor(_waiting_room, work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
