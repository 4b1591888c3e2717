"""Which words of a sentence are denied: in `You do not need to be related` it is `need`."""

import re
from functools import lru_cache

from rails.reply_text import STOP, stem, tokens

NEGATORS = frozenset(
    [
        "not",
        "no",
        "never",
        "cannot",
        "can't",
        "don't",
        "doesn't",
        "didn't",
        "won't",
        "isn't",
        "aren't",
        "wasn't",
        "nobody",
        "none",
        "without",
        "neither",
        "nor",
        "unable",
        "shouldn't",
        "mustn't",
        "wouldn't",
        "couldn't",
        "haven't",
        "hasn't",
        "needn't",
    ]
)
BREAKS = frozenset(
    [
        "how",
        "what",
        "whether",
        "if",
        "when",
        "who",
        "which",
        "that",
        "because",
        "but",
        "and",
        "or",
        "so",
        "unless",
        "until",
        "while",
        "although",
        "though",
    ]
)
SPARED = re.compile(
    r"\b(?:not (?:only|just|alone|sure|always|yet|least)|no matter|whether or not|if not|why not|no wonder|or not|no longer than|no more than|no less than|not more than)\b"
)
REACH = 3


@lru_cache(maxsize=4096)
def negated(sentence: str) -> frozenset[str]:
    """The stems within reach of a negating word, up to the end of its clause."""
    found: set[str] = set()
    for clause in re.split(r"[,;:()]| - ", SPARED.sub(" ", sentence.lower())):
        words = tokens(clause)
        for at, word in enumerate(words):
            if word in NEGATORS:
                found.update(_reached(words[at + 1 :]))
            elif word.startswith("un") and stem(word[2:]) in PREFIXED:
                found.add(stem(word[2:]))
    return frozenset(found)


def _reached(words: tuple[str, ...]) -> list[str]:
    kept: list[str] = []
    for word in words:
        if word in BREAKS or len(kept) == REACH:
            break
        if stem(word) not in STOP:
            kept.append(stem(word))
    return kept


PREFIXED = frozenset(["pay", "tax", "limit"])
