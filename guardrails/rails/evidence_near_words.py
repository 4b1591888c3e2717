"""How near in meaning the new words of a sentence are to words of guidance: `lend` for `borrow` is near, `voucher` is not.

Lists of synonyms know some honest rewordings; the embedder knows more.
"""

from functools import lru_cache

import numpy as np

from rails.draft import ReplyVectors
from rails.reply_text import STOP, meanings, stem, tokens

SHORTEST = 3
FAR, NEAR = 0.35, 0.55
"""Cosines below which a word is far from all guidance, and above which it is near."""


def near_words(sentence: str, guidance: str, vectors: ReplyVectors) -> dict[str, float]:
    """The least and the mean nearness of new words, and how many of them are far and near."""
    theirs = _words(guidance)
    known = meanings(frozenset(map(stem, theirs)))
    new = [word for word in _words(sentence) if stem(word) not in known]
    if not new or not theirs:
        return {
            "word_least": 1.0,
            "word_mean": 1.0,
            "words_far": 0.0,
            "words_near": 0.0,
            "words_unknown": float(len(new)),
        }
    found = np.asarray(vectors.all([*new, *theirs]), dtype=np.float32)
    best = (found[: len(new)] @ found[len(new) :].T).max(axis=1)
    return {
        "word_least": float(best.min()), "word_mean": float(best.mean()), "words_far": float((best < FAR).sum()),
        "words_near": float((best > NEAR).sum()), "words_unknown": float(len(new)),
    }  # fmt: skip


@lru_cache(maxsize=16384)
def _words(text: str) -> tuple[str, ...]:
    """The words of content, each once."""
    found = (word for word in tokens(text) if len(word) >= SHORTEST and word.isalpha() and stem(word) not in STOP)
    return tuple(dict.fromkeys(found))
