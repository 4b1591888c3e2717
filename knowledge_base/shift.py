"""How naming a nation moves the meaning of a question, so that "in Wales" need not be embedded with each one anew.

On 150 questions without a nation, moved by the mean over others, the cosine to the question embedded with its nation is
0.97 on average, 0.89 at least; to the question without it 0.85.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from knowledge_base.embedding import Embedder
from knowledge_base.nation import NATIONS, asked_in
from knowledge_base.records import Column

ASKINGS = (
    "how do I get a break from caring",
    "who pays for a care home",
    "what money can a carer claim",
    "can I have a carer's assessment",
    "mum is coming out of hospital, who helps us",
    "how do I complain about a social worker",
    "is there a grant for a walk-in shower",
    "who can speak for my dad at the meeting",
    "time off work to look after my wife",
    "do we pay for help at home",
    "blue badge for my husband",
    "my son needs more help at school",
    "what help is there for young carers",
    "power of attorney for my aunt",
    "are prescriptions free",
    "he was turned down, can we appeal",
    "help with the gas bill",
    "what should I do if somebody is hurting her",
    "can I get direct payments",
    "does she get less council tax",
)
"""Plain askings of what nations settle each for themselves."""


class Shift:
    """Moves questions toward nations. What it worked out is kept, so it outlives a search and serves the next."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._step = lru_cache(maxsize=len(NATIONS))(self._mean_step)

    def toward(self, nation: str, vector: Sequence[float]) -> Sequence[float]:
        """Return about the vector, at unit length, that a question has when the nation is named in it."""
        moved = np.add(np.asarray(vector, dtype=np.float32), self._step(nation))
        unit: list[float] = (moved / np.linalg.norm(moved)).tolist()
        return unit

    def serves(self, embedder: Embedder | None) -> bool:
        """Whether it moves the vectors of this embedder."""
        return embedder is self._embedder

    def _mean_step(self, nation: str) -> Column:
        """Return the mean move, shape (d,), that naming a nation makes."""
        with_nation = [asked_in(nation, one) for one in ASKINGS]
        rows = np.asarray(self._embedder.embed([*with_nation, *ASKINGS]), dtype=np.float32)
        step: Column = np.subtract(rows[: len(ASKINGS)], rows[len(ASKINGS) :]).mean(axis=0)
        return step
