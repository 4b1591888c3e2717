"""Guidance as if it had just been written: for some documents most other askings are taken away. Developers fit on it.

Guidance that ships has been given many askings; what an owner writes on the console has few or none. Weights that were
fitted on the first kind alone would not find the second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from knowledge_base.curation.trial import trial_searcher
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder, Vector
from knowledge_base.search import Searcher

PARTS = 3
"""Each document is hidden in one part and whole in the others."""
LEFT = (0, 0, 0, 0, 0, 0, 1, 2, 3, 5)
"""Askings that a hidden section keeps, each as likely: mostly none."""


def hidden(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """Give the documents once for each part, with most askings of that part's own taken away. Always the same ones."""
    random = np.random.default_rng(1)
    dealt = random.permutation([at % PARTS for at in range(len(documents))]).tolist()
    for part in range(PARTS):
        yield [_with_few(one, random) if own == part else one for one, own in zip(documents, dealt, strict=True)]


def _with_few(document: Document, random: np.random.Generator) -> Document:
    asked = {
        heading: tuple(str(one) for one in random.permutation(list(phrases))[: int(random.choice(LEFT))])
        for heading, phrases in document.asked.items()
    }
    return replace(document, asked=asked)


class Once:
    """An embedder that embeds each text once: the same questions are asked of every part."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._known = embedder, dict[str, Vector]()
        self.model_hash = embedder.model_hash

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return one unit vector a text."""
        if new := [one for one in dict.fromkeys(texts) if one not in self._known]:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        return [self._known[one] for one in texts]


def hidden_searchers(
    documents: Sequence[Document], embedder: Embedder, known: Mapping[str, Any], nation: str = "england"
) -> Iterator[Searcher]:
    """Give a search over each part. `known` holds the vectors of all texts, so that nothing is embedded."""
    for part in hidden(documents):
        yield trial_searcher(part, embedder, known, nation, today)


def today() -> date:
    return datetime.now(UTC).date()
