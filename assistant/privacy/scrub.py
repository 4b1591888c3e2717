"""See that what was erased is gone from the disk as well: freed pages, the write-ahead log, dead rows."""

import asyncio

from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.storage.store import Store


async def scrub(store: Store, nightly: bool = False) -> None:
    """Empty SQLite's write-ahead log at once, or vacuum PostgreSQL at night.

    SQLite overwrites what it frees (`secure_delete`), but the log holds older pages until it is emptied. A reader in
    the middle of a read keeps it: then the next scrub, at the latest the nightly one, empties it.
    """
    if isinstance(store.engine, AsyncEngine):
        if not nightly:
            return
        async with store.engine.connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await outside.execute(text("vacuum"))
    else:
        await asyncio.to_thread(empty_log, store.engine)


def empty_log(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
