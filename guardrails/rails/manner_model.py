"""A small trained model of manner: how far a sentence sounds unkind, unsafe or untrue, from its words and runs of letters."""

from array import array
from functools import lru_cache
from importlib import resources
from math import sqrt

from rails.features import SIZE, indices
from rails.reply_text import tokens

WEIGHTS = "reply_manner.bin"


@lru_cache(maxsize=4096)
def score(sentence: str) -> float:
    """Log odds that a sentence should never be sent: above 0 more likely than not."""
    weights, bias = _weights()
    found = indices(tokens(sentence))
    return sum(weights[at] for at in found) / sqrt(max(1, len(found))) + bias


@lru_cache(maxsize=1)
def _weights() -> "tuple[array[float], float]":
    """The weights, and the bias that stands after them."""
    values = array("f")
    values.frombytes(resources.files("rails").joinpath(WEIGHTS).read_bytes())
    if len(values) != SIZE + 1:
        raise ValueError(
            f"{WEIGHTS} holds {len(values)} numbers instead of {SIZE + 1}. Train it again: manner_training"
        )
    return values, values.pop()
