"""What listens beside the embedder: a branch of the same model, and a second reader for texts that leave the branch unsure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from knowledge_base.engine import MIDDLE, Matrix, session

Scores = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Second:
    """The files of a second reader, and what the embedder cannot know of it.

    Attributes:
        below: An ONNX file that reads tokens, from one input to one output.
        above: An ONNX file that reads what `below` gives, and a mask; it gives the same scores as the branch.
        renumber: Puts the embedding model's tokens into the reader's numbers.
        unsure: Tells from the branch's scores whether the reader is asked.
    """

    below: Path
    above: Path
    renumber: Callable[[Sequence[int]], list[int]]
    unsure: Callable[[Scores], bool]


class _Reader:
    """The second reader at work."""

    def __init__(self, files: Second, threads: int) -> None:
        self._below, self._above = (session(file, threads) for file in (files.below, files.above))
        self._given, self._gives = self._below.get_inputs()[0].name, self._below.get_outputs()[0].name
        self._renumber, self.unsure = files.renumber, files.unsure

    def read(self, tokens: Sequence[int]) -> Scores:
        """Score one text. Shape: (s,)."""
        ids = np.array([self._renumber(tokens)], dtype=np.int64)
        return _scores(self._above, self._gives, self._below.run(None, {self._given: ids})[0][0])


class Listener:
    """Scores a text by the branch, and by the mean of branch and second reader where the branch is not sure."""

    def __init__(self, branch: Path, second: Second | None = None, threads: int = 1) -> None:
        self._branch = session(branch, threads)
        self._second = _Reader(second, threads) if second else None

    @property
    def fits(self) -> bool:
        """Whether the branch starts from the layer that the embedder gives."""
        return MIDDLE in {one.name for one in self._branch.get_inputs()}

    def hear(self, tokens: Sequence[int], middle: Matrix) -> Scores:
        """Score one text. Shapes: `tokens` (s,), `middle` (s, d)."""
        heard = _scores(self._branch, MIDDLE, middle)
        if self._second is None or not self._second.unsure(heard):
            return heard
        return tuple((one + other) / 2 for one, other in zip(heard, self._second.read(tokens), strict=True))


def _scores(net: onnxruntime.InferenceSession, given: str, states: Matrix) -> Scores:
    """Run a net on one text, in the half precision that it learnt from."""
    shown = np.ones((1, len(states)), dtype=np.int64)
    halved = states[None].astype(np.float16).astype(np.float32)
    return tuple(net.run(None, {given: halved, "mask": shown})[0][0].tolist())
