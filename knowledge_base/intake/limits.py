"""How much one file may cost, and how long one document may be."""

from dataclasses import dataclass

LONGEST_TEXT = 50_000
"""Characters of a document below its facts: some 8,000 words, every sentence of which is weighed within 2 seconds."""


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
    """Characters of text that come out of it."""
    cpu: int = 15
    wall: float = 20.0
    memory: int = 512_000_000


DEFAULT = Limits()
