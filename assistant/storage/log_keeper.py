"""Carry SQLite's write-ahead log over into the database beside the work, not at the end of somebody's commit.

A commit that finds the log long carries it over itself: 5 to 20 ms more, on a slow disk far more. So the process that
acknowledges webhooks never does, and a thread of the process behind it does before anybody else has to.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import structlog

EVERY = 0.5
"""Seconds between looks. At 40 messages a second the log then holds about 2,000 pages of 4 KiB."""
WORTH_IT = 512 * 1024
"""Bytes of log below which it is left alone."""
LONGEST = 8000
"""Pages at which a commit carries the log over after all. Never in the process that goes first."""
log = structlog.get_logger()


async def keep_log_short(database: Path) -> None:
    """Look after the log of a SQLite file for ever. A look that fails is made again."""
    written = database.with_name(f"{database.name}-wal")
    while True:
        await asyncio.sleep(EVERY)
        try:
            if written.stat().st_size > WORTH_IT:
                await asyncio.to_thread(carry_over, database)
        except (OSError, sqlite3.Error) as error:
            log.warning("log_not_carried_over", error=type(error).__name__)


def carry_over(database: Path) -> int:
    """Write what the log holds into the database, as far as no reader needs the old state; return how many pages.

    It makes nobody wait: writers go on, and the last one through begins the log anew.
    """
    with closing(sqlite3.connect(database, timeout=0)) as connection:
        return int(connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[2])
