"""Tell lines that nobody may put into guidance from guidance itself: orders to the assistant, traps for carers, unsafe advice.

Readable rules name the usual ones; this model is the net below them. It weighs a sentence's words, and its meaning where
there is an embedder. `page_training` makes the weights from invented lines.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO

import numpy as np

from rails import out_of_place
from rails.learnt import Arrays
from rails.manner_model import weigh
from rails.reply_text import sentences, tokens

WEIGHTS, NET = "page_lines.bin", "page_lines.npz"
FEWEST = 3
"""Words that a sentence needs before it is judged."""
WARY = 1.6
"""How much sooner (log odds) a sentence is called strange beside one that was slipped in."""
FINER = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[^\W\d_A-Z])")
"""Where a sentence ends although the next begins with a small or a foreign letter: what was slipped in must not take the one before along."""
Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]


def grade(line: str, embed: Embed | None = None) -> str:
    """Return `strange` where a sentence of the line is probably such a one, `doubtful` where words alone cannot tell, or "".

    A person looks at both; nothing is refused because of it. Sound advice and bad advice share most of their words, so the
    second grade holds most of what is sound too: it is there because a wrong line that nobody read harms a carer.
    """
    sure = -float(net()["sure"]) if embed else 0.0
    if out_of_place.kinds_in(line) or any(_is_strange(one, embed, sure) for one in sentences(line)):
        return "strange"
    doubt = embed is not None and any(_is_strange(one, embed, float(net()["keen"])) for one in sentences(line))
    return "doubtful" if doubt else ""


def without(text: str, embed: Embed | None = None, wary: bool = False) -> str:
    """Return a text that nobody approved without what was slipped in. Once something was found, the rest is trusted less.

    `wary` says that something was found before. A line that holds nothing strange stays as it is.
    """
    kept = _without(out_of_place.without(text), embed, WARY * wary)
    return kept if wary or kept == text else _without(kept, embed, WARY)


def _without(text: str, embed: Embed | None, wary: float) -> str:
    lines = []
    for line in text.split("\n"):
        every = [part for one in sentences(line) for part in FINER.split(one)]
        kept = [one for one in every if not _is_strange(one, embed, wary)]
        lines.append(line if len(kept) == len(every) else " ".join(kept))
    return "\n".join(lines).strip()


def _is_strange(sentence: str, embed: Embed | None, wary: float) -> bool:
    return len(tokens(sentence)) >= FEWEST and _oddness(sentence, embed) > -wary


@lru_cache(maxsize=20_000)
def _oddness(sentence: str, embed: Embed | None) -> float:
    """How far above its cut the model weighs a sentence, in log odds."""
    words = weigh(sentence, WEIGHTS)
    if embed is None:
        return words
    arrays = net()
    meaning = float(meant(np.asarray(embed([sentence]), dtype=np.float32), arrays)[0])
    return (words + meaning) / 2 - float(arrays["cut"])


def meant(
    vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]], arrays: Arrays
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return how far vectors, one a row, lie on the side of the lines to find: each line that was learnt pulls those near it."""
    lines = arrays["lines"]
    squares = arrays["squares"] if "squares" in arrays else np.square(lines).sum(1)
    apart = np.square(vectors).sum(1)[:, None] + squares - 2 * vectors @ lines.T
    return np.asarray(np.exp(-arrays["width"] * apart) @ arrays["pull"] + arrays["bias"], dtype=np.float32)


@cache
def net() -> Arrays:
    """Return the lines that mark the border between sound and strange meanings, and the cuts."""
    with np.load(BytesIO(resources.files("rails").joinpath(NET).read_bytes()), allow_pickle=False) as kept:
        arrays = {name: kept[name].astype(np.float32) for name in kept.files}
    lines = arrays["step"] * arrays["lines"]
    return {**arrays, "lines": lines, "squares": np.square(lines).sum(1)}
