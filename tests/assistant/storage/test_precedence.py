"""The process that meets the webhooks writes before the others, and nobody waits for it for ever."""

import asyncio
import time
from pathlib import Path

import pytest

from assistant.storage import precedence
from assistant.storage.precedence import Precedence


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "kith.db")


def another_process() -> None:
    """Forget the file that is open, as a process of its own does not have it."""
    precedence._file.cache_clear()


async def test_others_hold_back_while_the_first_waits_and_writes(database: str) -> None:
    first, other = Precedence(database, is_first=True), Precedence(database)
    with first.held():
        another_process()
        holding = asyncio.create_task(other.respected())
        await asyncio.sleep(0.005)
        assert not holding.done()
        await first.respected()  # it never waits
    await asyncio.wait_for(holding, 1)


async def test_nobody_waits_when_the_first_has_nothing_to_write(database: str) -> None:
    started = time.perf_counter()
    await Precedence(database).respected()
    assert time.perf_counter() - started < 0.05


async def test_patience_ends(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "LOOKS", 3)
    with Precedence(database, is_first=True).held():
        another_process()
        await asyncio.wait_for(Precedence(database).respected(), 1)


async def test_one_that_is_not_first_keeps_nobody_back(database: str) -> None:
    with Precedence(database).held():
        another_process()
        await asyncio.wait_for(Precedence(database).respected(), 0.05)
