"""Which words a sentence adds to the guidance nearest to it, leaves out, keeps, or puts side by side in a new order.

A rule is got wrong by a word: `any`, `must`, `even`, `all`. A line fitted over these words hears what lists of signs do not
name. Figures are left to the rails that check them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from rails.numerals import as_figures
from rails.reply_text import in_few_words, meanings, plain, stem

WORD = re.compile(r"[a-z£\d'%.:-]+")
FIGURE = re.compile(r"[£\d]")
FIGURES = "#"
ADDED, LEFT, KEPT, JOINED = "+", "-", "=", "~"
MANY = 5
"""New words that count as one of the sign for how many there are."""
HOW_MANY = "new"


def changes(sentence: str, guidance: str, question: str) -> dict[str, float]:
    """What is added, left out, kept and newly joined, each as the word with its mark in front.

    Args:
        sentence: One sentence of the reply.
        guidance: The sentences of guidance nearest to it.
        question: What was asked: words of it are not new.
    """
    mine, theirs = _words(sentence), _words(guidance)
    own, known = frozenset(mine), frozenset(theirs)
    meant, told = meanings(known), meanings(own)
    found = {(KEPT if word in meant else ADDED) + word: 1.0 for word in mine if word != FIGURES}
    found |= {LEFT + word: 1.0 for word in theirs if word not in told and word != FIGURES}
    beside = frozenset(pairwise(theirs))
    found |= {
        f"{JOINED}{one}_{other}": 1.0
        for one, other in pairwise(mine)
        if (one, other) not in beside and one in known and other in known
    }
    new = own - meant - frozenset(_words(question))
    return found | {HOW_MANY: len(new) / MANY}


@lru_cache(maxsize=16384)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_read(as_figures(in_few_words(plain(text).lower()))))


def _read(text: str) -> Iterator[str]:
    for found in WORD.findall(text):
        word = found.strip(".'-:")
        if word.endswith("n't"):
            yield "not"
            word = word[:-3]
        if word:
            yield FIGURES if FIGURE.match(word) else stem(word)
