"""SQLite's log is carried over beside the work, and never by the process that acknowledges webhooks."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.settings import Settings
from assistant.storage import log_keeper
from assistant.storage.engine import make_engine
from assistant.storage.log_keeper import LONGEST, keep_log_short


@pytest.mark.parametrize(
    ("goes_first", "pages"), [pytest.param(True, 0, id="first"), pytest.param(False, LONGEST, id="behind")]
)
def test_only_the_process_behind_carries_the_log_over(tmp_path: Path, goes_first: bool, pages: int) -> None:
    engine: Any = make_engine(Settings(environment="test", var=tmp_path), goes_first)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA wal_autocheckpoint")).scalar() == pages
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2, "each commit still reaches the disk"
    engine.dispose()


async def test_a_long_log_is_carried_over_while_the_database_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_keeper, "EVERY", 0.005)
    monkeypatch.setattr(log_keeper, "WORTH_IT", 4096)
    engine: Any = make_engine(Settings(environment="test", var=tmp_path), goes_first=True)
    database = Path(engine.url.database)
    with engine.connect() as connection:
        connection.execute(text("create table note (words text)"))
        connection.commit()
        keeping = asyncio.create_task(keep_log_short(database))
        connection.execute(text("insert into note values (hex(randomblob(20000)))"))
        connection.commit()
        for _ in range(400):
            await asyncio.sleep(0.005)
            if database.stat().st_size > 40_000:
                break
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        assert database.stat().st_size > 40_000, "the words stand in the database itself"
    engine.dispose()
