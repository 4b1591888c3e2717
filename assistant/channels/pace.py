"""WhatsApp's limit on sends, kept on our side so that nothing is refused for haste."""

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import count

CATCH_UP = 0.05
"""Seconds of lateness that may be made up for. Timers wake a little late, which would slow the pace for ever."""


class SendPace:
    """Let at most `per_second` senders go in any second, evenly spaced, first come first served.

    Urgent ones go before the others that wait. The record holds when each really left, so that a stall
    of the event loop is never made up for by a burst.
    """

    def __init__(
        self,
        per_second: int = 80,
        margin: float = 0.04,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Set the pace.

        Args:
            per_second: Most sends in any window of one second.
            margin: Seconds added to that window: what the network may shift between our door and Twilio's.
            clock: A clock in seconds that never goes back.
            sleep: Waits that many seconds of `clock`.
        """
        if per_second < 1:
            raise ValueError("The pace must allow at least one send a second.")
        self._window = 1.0 + margin
        self._step = self._window / per_second
        self._left: deque[float] = deque(maxlen=per_second)
        self._slot = float("-inf")
        self._clock, self._sleep = clock, sleep
        self._queue: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._order = count()
        self._gate: asyncio.Task[None] | None = None

    async def wait(self, urgent: bool = False) -> None:
        """Return when it is this sender's turn."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (not urgent, next(self._order), turn))
        if self._gate is None or self._gate.done():
            self._gate = asyncio.create_task(self._let_through(), name="send-pace")
        await turn
        self._left.append(self._clock())

    async def _let_through(self) -> None:
        """Open the gate for one after another until nobody waits."""
        while self._queue:
            await self._next_slot()
            turn = self._first_waiting()
            if turn is None:
                return
            turn.set_result(None)
            # The sender runs now and notes when it left, before the next slot is worked out.
            await asyncio.sleep(0)

    async def _next_slot(self) -> None:
        """Wait until one more may leave."""
        now = self._clock()
        planned = self._slot + self._step
        self._slot = planned if planned > now - CATCH_UP else now
        full = len(self._left) == self._left.maxlen
        opens = max(self._slot, self._left[0] + self._window) if full else self._slot
        while (now := self._clock()) < opens:
            await self._sleep(opens - now)

    def _first_waiting(self) -> "asyncio.Future[None] | None":
        """Take the first who has not given up."""
        while self._queue:
            turn = heapq.heappop(self._queue)[2]
            if not turn.done():
                return turn
        return None
