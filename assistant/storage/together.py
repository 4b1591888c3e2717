"""Group commit: units of work that are ready at the same moment share one transaction and one trip to the disk."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

Result = TypeVar("Result")
Unit = Callable[[Any], Awaitable[Result]]
MOST = 24
"""Units that share one transaction: few enough that no one waits long for the others."""


class Together:
    """Runs units of work one after the other, as many in one transaction as are waiting.

    While one transaction commits, the next units gather; with a `pause`, the first of them waits that long for
    company. A unit that raises undoes the shared transaction; then each is run again in one of its own, so that only its own caller sees the error. A unit
    may therefore run twice, the first time undone, and must change nothing but the database.
    """

    def __init__(self, transaction: Callable[[], AbstractAsyncContextManager[Any]], pause: float = 0.0) -> None:
        """Set up. `pause` is in seconds, for units that are in no hurry."""
        self._transaction, self._pause = transaction, pause
        self._waiting: list[tuple[Unit[Any], asyncio.Future[Any]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def run(self, unit: Unit[Result]) -> Result:
        """Run a unit and return its result once it is committed."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            if self._pause and len(self._waiting) < MOST:
                await asyncio.sleep(self._pause)
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                results = await self._commit(batch)
            except Exception as error:
                await self._apart(batch, error)
            else:
                for (_, done), result in zip(batch, results, strict=True):
                    if not done.done():
                        done.set_result(result)

    async def _commit(self, batch: list[tuple[Unit[Any], asyncio.Future[Any]]]) -> list[Any]:
        async with self._transaction() as work:
            return [await unit(work) for unit, _ in batch]

    async def _apart(self, batch: list[tuple[Unit[Any], asyncio.Future[Any]]], error: Exception) -> None:
        """Give each unit a transaction of its own, or the error to the only one."""
        for unit, done in batch:
            try:
                if len(batch) == 1:
                    raise error
                [result] = await self._commit([(unit, done)])
            except Exception as own:
                if not done.done():
                    done.set_exception(own)
            else:
                if not done.done():
                    done.set_result(result)
