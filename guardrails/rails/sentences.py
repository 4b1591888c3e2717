"""Cut a message into sentences. Long spoken run-ons, which have no full stops, are cut at joining words."""

import re

END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n+")
JOIN = re.compile(r"\s+(?=(?:and|but|so|because|cos|then|anyway|also|plus)\s)", re.IGNORECASE)
LONG_WORDS = 25
"""A message longer than this is judged by its sentences as well, and a longer sentence is cut again, so that one worrying
clause is not lost in a long account."""
SHORT_WORDS = 8


def split(text: str) -> list[str]:
    """The sentences of `text`, in order, none empty."""
    pieces = [piece.strip() for piece in END.split(text) if piece and piece.strip()]
    return [part for piece in pieces for part in _run_on(piece)]


def of_long(text: str) -> list[str]:
    """The sentences of a message that is long enough to be judged by them; none of a short one."""
    return split(text) if len(text.split()) > LONG_WORDS else []


def _run_on(piece: str) -> list[str]:
    if len(piece.split()) <= LONG_WORDS:
        return [piece]
    parts: list[str] = []
    for clause in JOIN.split(piece):
        if parts and len(parts[-1].split()) < SHORT_WORDS:
            parts[-1] = f"{parts[-1]} {clause}"
        else:
            parts.append(clause)
    return [short for part in parts for short in _windows(part)]


def _windows(part: str) -> list[str]:
    words = part.split()
    if len(words) <= 2 * LONG_WORDS:
        return [part]
    return [" ".join(words[start : start + LONG_WORDS]) for start in range(0, len(words), LONG_WORDS)]
