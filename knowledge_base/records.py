"""What is embedded: for each chunk its label, its other askings and its whole text; and the topics that are not ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from knowledge_base.chunking import Chunk
from knowledge_base.embedding import Matrix, Vector
from knowledge_base.files import text_hash

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Record:
    """One embedded text. `chunk` is the place of its chunk, or -1 for a topic that is not ours."""

    kind: str
    chunk: int
    text: str

    @property
    def hash(self) -> str:
        """Equal texts have equal vectors, so a vector is kept by this."""
        return text_hash(self.text)


def records_of(chunks: Sequence[Chunk], others: Sequence[str] = ()) -> Iterator[Record]:
    """Give every text to embed: names by chunk (label first), then wholes, then other topics."""
    for at, piece in enumerate(chunks):
        yield Record("name", at, piece.label or first_line(piece.text))
        yield from (Record("name", at, phrase) for phrase in piece.asked)
    yield from (Record("whole", at, piece.whole) for at, piece in enumerate(chunks))
    yield from (Record("other", -1, line) for line in others)


def first_line(text: str) -> str:
    """What a piece without title and heading is known by."""
    return text.strip().split("\n", 1)[0]


@cache
def other_topics() -> tuple[str, ...]:
    """Read the questions that are not about caring."""
    lines = resources.files("knowledge_base").joinpath("other_topics.txt").read_text("utf-8").split("\n")
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@dataclass(frozen=True)
class Vectors:
    """All vectors in memory. Shapes: names (r, d) grouped by chunk, starts (n,), wholes (n, d), others (k, d)."""

    names: Matrix
    starts: NDArray[np.intp]
    wholes: Matrix
    others: Matrix

    @classmethod
    def of(cls, records: Sequence[Record], rows: Matrix) -> "Vectors":
        """Sort the rows of `records` by what they are for."""
        kinds = np.array([one.kind for one in records])
        owners = np.array([one.chunk for one in records], dtype=np.intp)
        names = rows[kinds == "name"]
        starts = np.searchsorted(owners[kinds == "name"], np.arange(int((kinds == "whole").sum())))
        return cls(names, starts.astype(np.intp), rows[kinds == "whole"], rows[kinds == "other"])

    def plus(self, records: Sequence[Record], rows: Sequence[Vector]) -> "Vectors":
        """Return these vectors and those of further chunks, whose records count from 0."""
        if not records:
            return self
        new = Vectors.of(records, np.array(rows, dtype=np.float32))
        return Vectors(
            np.vstack([self.names, new.names]),
            np.concatenate([self.starts, new.starts + len(self.names)]),
            np.vstack([self.wholes, new.wholes]),
            self.others,
        )

    def likeness(self, vector: Sequence[float], places: Sequence[int]) -> tuple[Column, Column, float]:
        """Return cosines to a unit vector.

        For each chunk of `places` that of its nearest name and that of its whole; then that of the nearest other topic.
        """
        ask = np.asarray(vector, dtype=np.float32)
        ends = [*self.starts[1:], len(self.names)]
        rows = [np.arange(self.starts[at], ends[at]) for at in places]
        first = np.cumsum([0, *(len(one) for one in rows[:-1])])
        names: Column = np.maximum.reduceat(self.names[np.concatenate(rows)] @ ask, first) if rows else ask[:0]
        other = float((self.others @ ask).max()) if len(self.others) else 0.0
        return names, self.wholes[list(places)] @ ask, other
