"""A reader's own copy of a folder, in the temporary folder, that goes away even if the reader is killed.

Each copy is locked while its reader lives. The next reader removes copies whose lock nobody holds.
"""

import shutil
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "kith-index-"
YOUNG = 60.0
"""Seconds during which a copy may still be waiting for its lock."""


class OwnCopy:
    """A locked copy of a folder at `path`."""

    def __init__(self, source: Path) -> None:
        sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = _lock(self._folder)
        self._lock.acquire()
        self.path = self._folder / source.name
        try:
            shutil.copytree(source, self.path)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Delete the copy and let go of its lock."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release()


def sweep() -> None:
    """Remove the copies of readers that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > YOUNG:
                with _lock(folder).acquire(timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
        except (Timeout, OSError):  # in use, somebody else's, or just removed by another reader
            continue


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / "lock", thread_local=False)
