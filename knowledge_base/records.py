"""What is embedded: for each chunk its label, its other askings and its whole text; and the topics that are not ours."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from knowledge_base.chunking import CHUNKS_KEPT, Chunk
from knowledge_base.embedding import Matrix, Vector
from knowledge_base.files import text_hash
from knowledge_base.lens import PLAIN, Lens

Column = NDArray[np.float32]
Asked = Sequence[float] | Sequence[Sequence[float]] | Matrix
"""One vector or several."""
BLOCK = 8192
"""Rows worked on at a time, so that a large corpus is never copied whole."""
RIDGE = 0.002
"""Keeps the plane between our topics and others from following single texts."""


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


@dataclass(frozen=True, slots=True)
class Marks:
    """The hash of every text to embed and the place of its chunk, in the order of `records_of`, without the texts."""

    hashes: Sequence[str]
    owners: NDArray[np.intp]

    @classmethod
    def of(cls, chunks: Sequence[Chunk], others: Sequence[str] = ()) -> "Marks":
        """Return those of these chunks and other topics. A chunk that was seen before costs next to nothing."""
        kept = [_hashes_of(piece) for piece in chunks]
        names, wholes = [one for held in kept for one in held[:-1]], [held[-1] for held in kept]
        each = np.arange(len(chunks))
        counts = np.array([len(held) - 1 for held in kept], dtype=np.intp)
        owners = np.concatenate([np.repeat(each, counts), each, np.full(len(others), -1)]).astype(np.intp)
        return cls([*names, *wholes, *map(text_hash, others)], owners)


@lru_cache(maxsize=CHUNKS_KEPT)
def _hashes_of(piece: Chunk) -> tuple[str, ...]:
    """The hashes of a chunk's names, and last that of its whole text."""
    return tuple(one.hash for one in records_of([piece]))


def texts_of(chunks: Sequence[Chunk], others: Sequence[str], wanted: Container[str]) -> dict[str, str]:
    """Return the texts whose hash is wanted, by it."""
    some = [piece for piece in chunks if any(one in wanted for one in _hashes_of(piece))]
    return {key: one.text for one in records_of(some, others) if (key := one.hash) in wanted}


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
    """All vectors in memory, through the lens. Shapes: names (r, d) grouped by chunk, starts (n,), wholes (n, d), others (k, d)."""

    names: Matrix
    starts: NDArray[np.intp]
    wholes: Matrix
    others: Matrix
    lens: Lens = PLAIN

    @classmethod
    def of(cls, chunks: Sequence[Chunk], rows: Matrix, lens: Lens = PLAIN) -> "Vectors":
        """Sort the rows of `records_of` these chunks (and other topics), as the model made them, by what they are for."""
        return cls.turned(chunks, lens.rows(rows), lens)

    @classmethod
    def turned(cls, chunks: Sequence[Chunk], rows: Matrix, lens: Lens) -> "Vectors":
        """Sort rows that went through the lens."""
        ends = np.cumsum([1 + len(piece.asked) for piece in chunks], dtype=np.intp)
        count = int(ends[-1]) if len(chunks) else 0
        starts = np.concatenate([ends[:0], [0], ends[:-1]])[: len(chunks)].astype(np.intp)
        wholes = rows[count : count + len(chunks)]
        return cls(rows[:count], starts, wholes, rows[count + len(chunks) :], lens)

    def plus(self, chunks: Sequence[Chunk], rows: Sequence[Vector]) -> "Vectors":
        """Return these vectors and those of further chunks."""
        if not rows:
            return self
        new = Vectors.of(chunks, np.array(rows, dtype=np.float32), self.lens)
        return Vectors(
            np.vstack([self.names, new.names]),
            np.concatenate([self.starts, new.starts + len(self.names)]),
            np.vstack([self.wholes, new.wholes]),
            self.others,
            self.lens,
        )

    def prepare(self) -> None:
        """Work out now what the first search would wait for."""
        _ = self._counts, self._strange

    @cached_property
    def _counts(self) -> NDArray[np.intp]:
        """How many names each chunk has."""
        return np.diff(np.append(self.starts, len(self.names)))

    @cached_property
    def _strange(self) -> tuple[Column, float]:
        """The plane that best parts the topics that are not ours (1) from the guidance (0): ridge regression."""
        size = self.wholes.shape[1]
        ours, other = 0.5 / max(1, len(self.names) + len(self.wholes)), 0.5 / max(1, len(self.others))
        square, middle, toward = np.zeros((size, size)), np.zeros(size), np.zeros(size)
        for part, weight, side in ((self.names, ours, -0.5), (self.wholes, ours, -0.5), (self.others, other, 0.5)):
            for start in range(0, len(part), BLOCK):
                rows = part[start : start + BLOCK]
                total = rows.sum(axis=0, dtype=np.float64)
                square += weight * (rows.T @ rows)
                middle += weight * total
                toward += side * weight * total
        square -= np.outer(middle, middle)
        slope = np.linalg.solve(square + RIDGE * np.eye(size), toward)
        return slope.astype(np.float32), float(0.5 - middle @ slope)

    def likeness(self, asked: Asked, places: Sequence[int]) -> tuple[Column, Column]:
        """Return cosines of the chunks of `places` to unit vectors, the best of them: of the nearest name, and of the whole."""
        ask = self.lens.rows(np.atleast_2d(np.asarray(asked, dtype=np.float32)))
        if not len(places):
            return np.empty(0, np.float32), np.empty(0, np.float32)
        at = np.asarray(places, dtype=np.intp)
        counts = self._counts[at]
        first = np.cumsum(counts) - counts
        rows = np.arange(int(counts.sum())) + np.repeat(self.starts[at] - first, counts)
        near = (self.names[rows] @ ask.T).max(axis=1)
        names: Column = np.maximum.reduceat(near, first)
        return names, (self.wholes[at] @ ask.T).max(axis=1)

    def strangeness(self, vector: Sequence[float]) -> tuple[float, float]:
        """Return the cosine to the nearest topic that is not ours, and how far the whole looks like one (0 to 1)."""
        if not len(self.others):
            return 0.0, 0.0
        ask = self.lens.rows(np.atleast_2d(np.asarray(vector, dtype=np.float32)))[0]
        slope, start = self._strange
        return float((self.others @ ask).max()), float(ask @ slope + start)
