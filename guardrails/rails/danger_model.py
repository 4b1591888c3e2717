"""Two small linear models for danger: one on the words, one on the message's vectors."""

from collections.abc import Sequence

from rails.danger_rules import Hit


class NoVectors(RuntimeError):
    """The embedder gave nothing, so meaning cannot be judged."""


def word_hits(text: str) -> tuple[Hit, ...]:
    """Categories that the words alone point to."""
    return ()


def vector_hits(text: str, vectors: Sequence[Sequence[float]]) -> tuple[Hit, ...]:
    """Categories that the vectors point to.

    Raises:
        NoVectors: `vectors` is empty.
    """
    if not vectors:
        raise NoVectors("no vectors were given")
    return ()
