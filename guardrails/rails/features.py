"""Turn plain words into numbered features for the small models: words, pairs, near pairs and pieces of words.

The numbers come from a checksum, so no word list is stored and none of a carer's words can be read from the weights.
"""

import zlib
from collections.abc import Sequence
from functools import lru_cache

SIZE = 1 << 16
WIDE = 1 << 18
"""How many features a model tells apart. In the wider table fewer of them share a number by chance."""
RELATIONS = frozenset(
    [
        "mum",
        "mam",
        "mother",
        "mammy",
        "mama",
        "dad",
        "da",
        "father",
        "papa",
        "husband",
        "wife",
        "partner",
        "nan",
        "nana",
        "gran",
        "granny",
        "grandma",
        "grandad",
        "grandpa",
        "grandmother",
        "grandfather",
        "granda",
        "son",
        "daughter",
        "brother",
        "sister",
        "uncle",
        "aunt",
        "auntie",
        "aunty",
        "cousin",
        "nephew",
        "niece",
        "friend",
        "mate",
        "neighbour",
        "twin",
        "ma",
        "maw",
    ]
)
PRONOUNS = {
    "he": "<P>",
    "she": "<P>",
    "they": "<P>",
    "him": "<Q>",
    "her": "<Q>",
    "his": "<Q>",
    "them": "<Q>",
    "their": "<Q>",
}
"""People are told apart only by role, so that what was learnt about mum holds for grandad."""


def indices(words: Sequence[str], size: int = SIZE) -> list[int]:
    """The features of `words`, as sorted numbers below `size` (a power of two), each once."""
    found = {_number(f"w:{word}") for word in words}
    found.update(*(_pieces(word) for word in words))
    roles = ["^", *(_role(word) for word in words), "$"]
    for gap in (1, 2, 3):
        found.update(_number(f"p{min(gap, 2)}:{first}_{last}") for first, last in zip(roles, roles[gap:], strict=False))
    found.update(_number(f"t:{a}_{b}_{c}") for a, b, c in zip(roles, roles[1:], roles[2:], strict=False))
    return sorted({number & (size - 1) for number in found})


def _role(word: str) -> str:
    if word in RELATIONS:
        return "<R>"
    return "<N>" if word.isdigit() else PRONOUNS.get(word, word)


@lru_cache(maxsize=16384)
def _pieces(word: str) -> frozenset[int]:
    """Runs of three to five letters, with the word's ends marked: they survive most slips of the finger."""
    marked = f"<{word}>"
    runs = (marked[at : at + size] for size in (3, 4, 5) for at in range(len(marked) - size + 1))
    return frozenset(_number(f"c:{run}") for run in runs)


@lru_cache(maxsize=65536)
def _number(feature: str) -> int:
    return zlib.crc32(feature.encode())
