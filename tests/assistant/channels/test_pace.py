"""At most so many sends in any second, in order, with urgent ones first."""

import asyncio
from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.channels.pace import SendPace


class FakeTime:
    """A clock that moves only when somebody sleeps, and then a little further than asked."""

    def __init__(self, late: list[float]) -> None:
        self.now = 100.0
        self._late = late

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + (self._late.pop() if self._late else 0.0)
        await asyncio.sleep(0)


def most_in_a_second(moments: list[float]) -> int:
    return max(bisect_left(moments, start + 1.0) - at for at, start in enumerate(moments))


async def run_bursts(rate: int, bursts: list[tuple[int, float]], late: list[float], margin: float = 0.0) -> list[float]:
    """Let bursts of senders come with pauses between them; return when each left."""
    time, left = FakeTime(late), list[float]()
    pace = SendPace(rate, margin, time.clock, time.sleep)

    async def send() -> None:
        await pace.wait()
        left.append(time.now)

    for size, pause in bursts:
        waiting = [asyncio.create_task(send()) for _ in range(size)]
        for _ in range(size // 2):
            await asyncio.sleep(0)
        time.now += pause
        await asyncio.gather(*waiting)
    return left


@settings(max_examples=150, deadline=None)
@given(
    rate=st.integers(min_value=1, max_value=120),
    bursts=st.lists(st.tuples(st.integers(1, 150), st.floats(0, 3)), min_size=1, max_size=6),
    late=st.lists(st.floats(0, 1.5), max_size=40),
)
def test_no_second_holds_more_than_the_limit(rate: int, bursts: list[tuple[int, float]], late: list[float]) -> None:
    left = asyncio.run(run_bursts(rate, bursts, late))

    assert len(left) == sum(size for size, _ in bursts)
    assert left == sorted(left)
    assert most_in_a_second(left) <= rate


def test_the_full_rate_is_used() -> None:
    left = asyncio.run(run_bursts(80, [(401, 0.0)], [0.001] * 1000))

    assert left[-1] - left[0] == pytest.approx(5.0, abs=0.1)


def test_sends_are_spread_over_the_second() -> None:
    left = asyncio.run(run_bursts(10, [(30, 0.0)], []))

    assert all(later - earlier >= 0.099 for earlier, later in pairwise(left))


async def test_first_come_first_served_and_urgent_before_all() -> None:
    time, order = FakeTime([]), list[str]()
    pace = SendPace(5, 0.0, time.clock, time.sleep)

    async def send(name: str, urgent: bool = False) -> None:
        await pace.wait(urgent)
        order.append(name)

    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(send(f"plain {number}"))
        group.create_task(send("crisis", urgent=True))
        group.create_task(send("second crisis", urgent=True))

    assert order == ["crisis", "second crisis", "plain 0", "plain 1", "plain 2", "plain 3"]


async def test_one_who_gives_up_holds_up_nobody() -> None:
    time = FakeTime([])
    pace = SendPace(1, 0.0, time.clock, time.sleep)
    first, quitter, last = (asyncio.create_task(pace.wait()) for _ in range(3))
    await asyncio.sleep(0)
    quitter.cancel()

    await asyncio.wait_for(asyncio.gather(first, last), 5)
    assert quitter.cancelled()
    await asyncio.wait_for(pace.wait(), 5)


def test_a_pace_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        SendPace(0)
