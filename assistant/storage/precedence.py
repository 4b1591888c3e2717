"""Who writes first where SQLite lets one process in at a time: the one whose caller waits for an acknowledgement.

A process with precedence locks a small file beside the database while it waits for its turn and while it writes. The
others look at that lock before they begin, and hold back while it is held. It ends with the process that holds it.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache

try:
    import fcntl
except ImportError:  # no such locks on Windows: there everybody takes their chance
    fcntl = None  # type: ignore[assignment]

LOOK_AGAIN = 0.0003
"""Seconds between looks."""
LOOKS = 100
"""Looks before a process writes all the same, so that a storm of webhooks does not keep everything else from being written."""


@dataclass(frozen=True)
class Precedence:
    """One process's side of it. `database` is the path of a SQLite file."""

    database: str
    is_first: bool = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have the others hold back meanwhile, when this process goes first."""
        file = _file(self.database) if self.is_first and fcntl else None
        if file is None:
            yield
            return
        with suppress(BlockingIOError):  # another is looking this very moment: not worth a wait
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    async def respected(self) -> None:
        """Return when no process that goes first waits or writes, or after `LOOKS`."""
        if self.is_first or not fcntl:
            return
        for _ in range(LOOKS):
            if not _is_held(_file(self.database)):
                return
            await asyncio.sleep(LOOK_AGAIN)


def _is_held(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


@cache
def _file(database: str) -> int:
    """Open the file that is locked, once a process."""
    return os.open(f"{database}-first", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
