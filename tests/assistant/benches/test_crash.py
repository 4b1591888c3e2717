"""The count after the last kill waits as long as answers still come, and no longer."""

import asyncio
from collections.abc import Callable

import pytest

from assistant.benches import crash
from assistant.benches.crash import MOST_WHILE_DOWN, Tally, settle


@pytest.mark.parametrize(
    ("comes", "answered"),
    [
        pytest.param(lambda look: min(look, 12), 12, id="slow, but it moves: all are waited for"),
        pytest.param(lambda look: min(look, 3), 3, id="nothing moves any more"),
    ],
)
async def test_answers_are_waited_for_while_they_come(
    monkeypatch: pytest.MonkeyPatch, comes: Callable[[int], int], answered: int
) -> None:
    looks = 0

    async def count(*_: object) -> int:
        nonlocal looks
        looks += 1
        return comes(looks)

    monkeypatch.setattr(crash, "count", count)
    monkeypatch.setattr(crash, "STILL", 0.03)
    monkeypatch.setattr(crash, "LOOK", 0.005)
    monkeypatch.setattr(crash, "LAST", 0.0)
    await settle(None, Tally(wrote=[str(n) for n in range(12)]))  # type: ignore[arg-type]
    assert comes(looks) == answered


async def test_a_server_that_is_slow_to_start_meets_no_more_messages_than_one_that_is_quick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def write_one(client: object, made: object, tally: Tally, number: int) -> None:
        tally.wrote.append(str(number))

    monkeypatch.setattr(crash, "write_one", write_one)
    monkeypatch.setattr(crash, "PER_SECOND", 10_000)
    tally, enough, up = Tally(), asyncio.Event(), asyncio.Event()
    writing = asyncio.create_task(crash.write(None, tally, enough, up))  # type: ignore[arg-type]
    while len(tally.wrote) < MOST_WHILE_DOWN:
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert len(tally.wrote) == MOST_WHILE_DOWN
    up.set()
    while len(tally.wrote) <= MOST_WHILE_DOWN:
        await asyncio.sleep(0.001)
    enough.set()
    await writing
