"""How much one file may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one conversion. Sizes in bytes, times in seconds."""

    file: int = 10_000_000
    unpacked: int = 60_000_000
    """What a packed file may grow to."""
    parts: int = 2_000
    """Parts of a packed file."""
    ratio: int = 200
    """How many times its size a part may grow."""
    pages: int = 300
    text: int = 400_000
    """Characters of text that come out."""
    cpu: int = 15
    wall: float = 20.0
    memory: int = 512_000_000


DEFAULT = Limits()
