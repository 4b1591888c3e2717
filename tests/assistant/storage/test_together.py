"""Units share transactions, and one that fails spoils no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from assistant.storage.together import Together


class Ledger:
    """A database of one list."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.commits = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[list[str]]:
        work = list(self.kept)
        await asyncio.sleep(0)
        yield work
        await asyncio.sleep(0.01)
        self.kept, self.commits = work, self.commits + 1


async def write(work: list[str], word: str) -> int:
    if word == "bad":
        raise ValueError(word)
    work.append(word)
    return len(work)


async def test_waiting_units_share_a_commit() -> None:
    ledger = Ledger()
    together = Together(ledger.transaction)
    results = await asyncio.gather(*(together.run(lambda work, n=n: write(work, str(n))) for n in range(40)))
    assert sorted(results) == list(range(1, 41))
    assert len(ledger.kept) == 40
    assert ledger.commits <= 2


@pytest.mark.parametrize(("pause", "commits"), [pytest.param(0.0, 3, id="in a hurry"), pytest.param(0.05, 1, id="not")])
async def test_units_in_no_hurry_wait_for_company(pause: float, commits: int) -> None:
    ledger = Ledger()
    together = Together(ledger.transaction, pause)
    for word in "abc":
        last = asyncio.create_task(together.run(lambda work, w=word: write(work, w)))
        await asyncio.sleep(0.012)
    assert await last == 3
    assert ledger.commits == commits


async def test_a_unit_that_fails_is_undone_alone() -> None:
    ledger = Ledger()
    together = Together(ledger.transaction)
    words = ["a", "bad", "b"]
    results = await asyncio.gather(
        *(together.run(lambda work, w=w: write(work, w)) for w in words), return_exceptions=True
    )
    assert [type(one) for one in results] == [int, ValueError, int]
    assert ledger.kept == ["a", "b"]


async def test_nothing_is_reported_before_the_commit() -> None:
    ledger = Ledger()
    together = Together(ledger.transaction)
    await together.run(lambda work: write(work, "a"))
    assert ledger.kept == ["a"]


async def test_a_database_that_is_down_is_told_to_every_caller() -> None:
    @asynccontextmanager
    async def down() -> AsyncIterator[list[str]]:
        raise ConnectionError
        yield []

    together = Together(down)
    results = await asyncio.gather(
        *(together.run(lambda work: write(work, "a")) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(one, ConnectionError) for one in results)
    with pytest.raises(ConnectionError):
        await together.run(lambda work: write(work, "a"))
