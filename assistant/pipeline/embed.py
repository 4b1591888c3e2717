"""Embed the message once; danger, routing and retrieval share the vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.domain.ports import Embedder
from assistant.domain.turn import Finding, Turn

LONG = 25
"""Words above which each sentence is embedded too, in the same call: one line of danger must not drown in a long story."""
MOST_SENTENCES = 24


@dataclass(frozen=True, slots=True)
class EmbedMessage:
    """Add the vectors, or record an error and go on: rules and word search work without them."""

    embedder: Embedder
    split: Callable[[str], Sequence[str]]

    async def __call__(self, turn: Turn) -> Turn:
        text = turn.text
        if not text.strip():
            return turn
        texts = [text]
        if len(text.split()) > LONG:
            texts += list(self.split(text))[:MOST_SENTENCES]
        try:
            vectors = await self.embedder.embed(texts)
        except Exception as error:
            return turn.found(Finding("embedder", "error", type(error).__name__))
        return replace(turn, vectors=tuple(vectors))
