"""Let webhooks go first: few turns run at a time, and each takes a breath while a webhook is being acknowledged.

Breathing is about when a step runs and never about what it answers, so the steps get it from their surroundings
instead of as a parameter.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

LONGEST_WAIT = 0.25
"""Seconds after which a turn goes on all the same, so that a flood cannot starve answers."""
THINKING = 2
"""Turns that think at once: one computes while another waits for the embedder. More would only make webhooks wait."""


async def _at_once() -> None:
    """Go on without a pause, as a command or an evaluation does."""


_breath: ContextVar[Callable[[], Awaitable[None]]] = ContextVar("breath", default=_at_once)


async def breathe() -> None:
    """Let whatever is more urgent go first. Called between the steps of a turn."""
    await _breath.get()()


class Pace:
    """Counts webhooks in hand. One event loop only."""

    def __init__(self) -> None:
        self._in_hand = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._places = asyncio.Semaphore(THINKING)

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """Hold turns back while a webhook is stored and answered."""
        self._in_hand += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._quiet.set()

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        """Wait for one of the few places, then breathe between the steps of what is done inside."""
        async with self._places:
            token = _breath.set(self.breathe)
            try:
                await self.breathe()
                yield
            finally:
                _breath.reset(token)

    async def breathe(self) -> None:
        """Wait, briefly, until no webhook is in hand."""
        if not self._quiet.is_set():
            try:
                async with asyncio.timeout(LONGEST_WAIT):
                    await self._quiet.wait()
            except TimeoutError:
                return
        else:
            await asyncio.sleep(0)  # a webhook that has just come in gets its turn
