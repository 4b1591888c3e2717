"""Tell lines that nobody may put into guidance from guidance itself: orders to the assistant, traps for carers, unsafe advice.

Readable rules name the usual ones; this model is the net below them. It weighs a sentence's words, and its meaning where
there is an embedder. `page_training` makes the weights from invented lines.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO

import numpy as np

from rails import out_of_place
from rails.learnt import VECTOR_SCALE, Arrays
from rails.manner_model import weigh
from rails.reply_text import sentences, tokens

WEIGHTS, NET = "page_lines.bin", "page_lines.npz"
FEWEST = 3
"""Words that a sentence needs before it is judged."""
WARY = 1.6
"""How much sooner (log odds) a sentence is called strange beside one that was slipped in."""
Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]


def strange_in(line: str, embed: Embed | None = None) -> bool:
    """Whether a sentence of the line may be such a one. A person looks at it; nothing is refused because of it.

    So it is told sooner than a sentence is left out: a wrong number that nobody looked at harms a carer.
    """
    keen = float(net()["keen"]) if embed else 0.0
    return bool(out_of_place.kinds_in(line)) or any(_is_strange(one, embed, keen) for one in sentences(line))


def without(text: str, embed: Embed | None = None, wary: bool = False) -> str:
    """Return a text that nobody approved without what was slipped in. Once something was found, the rest is trusted less.

    `wary` says that something was found before. A line that holds nothing strange stays as it is.
    """
    kept = _without(out_of_place.without(text), embed, WARY * wary)
    return kept if wary or kept == text else _without(kept, embed, WARY)


def _without(text: str, embed: Embed | None, wary: float) -> str:
    lines = []
    for line in text.split("\n"):
        every = sentences(line)
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
    """Return what the net makes of unit vectors, one a row: log odds, not moved to any cut."""
    hidden = np.maximum(VECTOR_SCALE * vectors @ arrays["w1"] + arrays["b1"], 0)
    return np.asarray(hidden @ arrays["w2"] + arrays["b2"], dtype=np.float32)


@cache
def net() -> Arrays:
    """Return the shipped net."""
    with np.load(BytesIO(resources.files("rails").joinpath(NET).read_bytes()), allow_pickle=False) as kept:
        return {name: kept[name].astype(np.float32) for name in kept.files}
