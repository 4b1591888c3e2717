"""Small file habits shared by the room: digests, writing in one step, one worker at a time."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def text_hash(*parts: str) -> str:
    """Hash texts so that moving a word from one part to the next gives another hash."""
    data = [part.encode() for part in parts]
    return hashlib.sha256(b"".join(len(one).to_bytes(8, "big") + one for one in data)).hexdigest()


def write_at_once(path: Path, text: str) -> None:
    """Replace a file so that a reader, or a power cut, sees the old text or the new, never a part."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    with waiting.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)


@contextmanager
def only_one(folder: Path, seconds: float = 600) -> Iterator[None]:
    """Let one thread of one process at a time work in `folder`; the others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock", timeout=seconds, thread_local=False):
        yield
