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
        try:
            vectors = await self.embedder.embed(to_embed(text, self.split))
        except Exception as error:
            return turn.found(Finding("embedder", "error", type(error).__name__))
        return replace(turn, vectors=tuple(vectors))


def to_embed(text: str, split: Callable[[str], Sequence[str]]) -> list[str]:
    """Return the text, and after it the sentences of a long one."""
    is_long = len(text.split()) > LONG
    return [text, *(list(split(text))[:MOST_SENTENCES] if is_long else [])]
