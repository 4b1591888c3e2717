"""What the steps ask of the outside world. Real adapters are chosen in `wiring.py`, fakes live in `testing.py`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from assistant.domain.turn import Passage, Vector


class Embedder(Protocol):
    """Turns texts into unit vectors. Raises on failure; the caller fails closed."""

    async def embed(self, texts: Sequence[str]) -> list[Vector]: ...


class PassageSearch(Protocol):
    """Finds approved passages for a question, best first; empty when nothing is good enough.

    `vector` is the question's embedding when there is one; without it only the words count.
    `nation` is `england`, `wales`, `scotland`, `northern_ireland` or empty for the council's own.
    `extra` are passages that count for this search only.
    `clauses` are the sentences of a long message, each with its embedding.
    `also` are nations that may be meant too, "" for the council's own: what is not right for each is left out.
    """

    async def __call__(
        self,
        question: str,
        vector: Vector | None,
        nation: str = "",
        extra: Sequence[str] = (),
        limit: int = 6,
        clauses: Sequence[tuple[str, Vector]] = (),
        also: Sequence[str] = (),
    ) -> list[Passage]: ...


class ModelAnswer(Protocol):
    """A model's structured answer: the text and the numbers (from 1) of the passages that it used."""

    @property
    def answer(self) -> str: ...

    @property
    def used(self) -> Sequence[int]: ...


class AnswerModel(Protocol):
    """Writes an answer from passages. Raises `ModelSlow`, `ModelDown`, `ModelGarbled` or `ModelOverBudget`."""

    @property
    def name(self) -> str: ...

    async def __call__(
        self, question: str, passages: Sequence[Passage], history: Sequence[tuple[str, str]]
    ) -> ModelAnswer: ...


@runtime_checkable
class AmendingModel(AnswerModel, Protocol):
    """A model that can be told what was wrong with its draft, and asked once more. Raises as `AnswerModel` does."""

    async def again(
        self,
        question: str,
        passages: Sequence[Passage],
        history: Sequence[tuple[str, str]],
        draft: str,
        faults: Sequence[str],
    ) -> ModelAnswer: ...


class Clock(Protocol):
    """The time, in UTC."""

    def now(self) -> datetime: ...
