"""Put forward the passages that are weighed for a question: by meaning, by words and by letters, of those that may be shown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.corpus import Corpus
from knowledge_base.dense import Dense
from knowledge_base.fusion import fuse
from knowledge_base.nation import NATIONS
from knowledge_base.records import Asked, Column

FETCH = 16
"""Passages that each way of searching puts forward."""
CANDIDATES = 28
"""Passages that are weighed one by one."""
SPARSE_KEPT = 8
"""Passages with few other askings that are weighed beside them."""
EXACT = 3000
"""Up to so many allowed chunks each one is compared, which is exact and quicker than an index."""
SPARE = 1.3
"""Chroma is asked for so much more than the share of allowed chunks calls for: they are not spread evenly."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Puts forward passages of one built version. `base` holds those without any extra."""

    base: Corpus
    dense: Dense

    def among(
        self,
        corpus: Corpus,
        asked: Sequence[Sequence[float]],
        sought: Sequence[Sequence[float]],
        words: Sequence[Column],
        allowed: frozenset[int],
    ) -> list[int]:
        """Return what meaning, words and letters put forward between them, and every extra passage.

        Args:
            corpus: The passages, those that are extra for this call last.
            asked: Every vector of the question.
            sought: Those of them whose neighbours are sought.
            words: Scores of every passage by words, and by letters.
            allowed: Places of the passages that may be shown.
        """
        near = [self.nearest(vector, allowed) for vector in sought[:1]]
        if asked[1:]:
            near.append(self._nearest_of(asked[1:], self._near_any(near[0], sought[1:], allowed)))
        best = [_best(one, _places(allowed)) for one in words]
        extras = range(len(self.base.chunks), len(corpus.chunks))
        return list(
            dict.fromkeys([*fuse([*near, *best], CANDIDATES), *self._sparse_near(corpus, asked, allowed), *extras])
        )

    def _sparse_near(self, corpus: Corpus, asked: Asked, allowed: frozenset[int]) -> list[int]:
        """Return the nearest sections that have few askings, where most have many and would take all places among the candidates."""
        if not asked or len(allowed) > EXACT:
            return []
        places = _places(allowed)
        few = places[corpus.sparse[places] > 0]
        return self._nearest_of(asked, few.tolist())[:SPARSE_KEPT] if 2 * len(few) <= len(places) else []

    def nearest(self, vector: Sequence[float], allowed: frozenset[int]) -> list[int]:
        """Return the nearest allowed chunks: exactly when few are allowed, else from Chroma until there are enough."""
        count = len(self.base.chunks)
        if len(allowed) <= EXACT:
            return self._nearest_of(vector, _places(allowed).tolist())
        fetch = math.ceil(SPARE * FETCH * count / len(allowed))
        asked = self.base.vectors.lens.pointed(np.asarray(vector, dtype=np.float32))
        while True:
            found = [at for at in self.dense.nearest(asked.tolist(), fetch) if at in allowed]
            if len(found) >= min(FETCH, len(allowed)) or fetch >= 4 * count:
                return found[:FETCH]
            fetch *= 2

    def _near_any(self, first: Sequence[int], sought: Sequence[Sequence[float]], allowed: frozenset[int]) -> list[int]:
        """Return the chunks among which the nearest to several vectors are: all, or in a large corpus those near one."""
        if len(allowed) <= EXACT:
            return list(_places(allowed).tolist())
        return sorted({*first, *(at for vector in sought for at in self.nearest(vector, allowed))})

    def _nearest_of(self, asked: Asked, places: Sequence[int]) -> list[int]:
        """Compare every one of some chunks with one vector, or with several in one product."""
        if not places:
            return []
        names, wholes = self.base.vectors.likeness(asked, places)
        order = np.argsort(-np.maximum(names, wholes), kind="stable")[:FETCH]
        return [places[at] for at in order]


@lru_cache(maxsize=2 * len(NATIONS))
def _places(allowed: frozenset[int]) -> NDArray[np.intp]:
    return np.array(sorted(allowed), dtype=np.intp)


def _best(scores: Column, places: NDArray[np.intp]) -> list[int]:
    """Return those of some places that have the highest scores above 0, best first."""
    kept = scores[places]
    if len(kept) > FETCH:
        least = max(float(np.partition(kept, -FETCH)[-FETCH]), float(np.finfo(np.float32).tiny))
        at = np.flatnonzero(kept >= least)
    else:
        at = np.flatnonzero(kept)
    found: list[int] = places[at[np.argsort(-kept[at], kind="stable")][:FETCH]].tolist()
    return found
