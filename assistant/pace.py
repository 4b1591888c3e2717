"""Let webhooks go first: turns take a breath while one is being acknowledged."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_WAIT = 0.05
"""Seconds after which a turn goes on all the same, so that a flood cannot starve answers."""


class Pace:
    """Counts webhooks in hand. One event loop only."""

    def __init__(self) -> None:
        self._in_hand = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

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

    async def breathe(self) -> None:
        """Wait, briefly, until no webhook is in hand."""
        if not self._quiet.is_set():
            try:
                async with asyncio.timeout(LONGEST_WAIT):
                    await self._quiet.wait()
            except TimeoutError:
                return
