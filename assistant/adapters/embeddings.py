"""The embedder as the steps see it: off the event loop, one call at a time."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from assistant.domain.turn import Vector


class SyncEmbedder(Protocol):
    """What `knowledge_base.embedding` offers."""

    def embed(self, texts: Sequence[str]) -> list[Vector]: ...


@dataclass(frozen=True)
class ThreadedEmbedder:
    """Run the model in one worker thread: it releases the interpreter, and two at once only fight for the cores."""

    model: SyncEmbedder
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "embedder"))

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        return await asyncio.get_running_loop().run_in_executor(self._worker, self.model.embed, texts)
