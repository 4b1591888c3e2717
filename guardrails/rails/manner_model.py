"""Small trained models of single sentences, from their words and runs of letters: first of all how far one sounds unkind, unsafe or untrue."""

from array import array
from functools import cache, lru_cache
from importlib import resources
from math import sqrt

from rails.features import SIZE, indices
from rails.reply_text import tokens

WEIGHTS = "reply_manner.bin"


def score(sentence: str) -> float:
    """Log odds that a sentence should never be sent: above 0 more likely than not."""
    return weigh(sentence, WEIGHTS)


@lru_cache(maxsize=4096)
def weigh(sentence: str, file: str) -> float:
    """Log odds of what the model in a file of weights looks for."""
    weights, bias = _weights(file)
    found = indices(tokens(sentence))
    return sum(weights[at] for at in found) / sqrt(max(1, len(found))) + bias


@cache
def _weights(file: str) -> "tuple[array[float], float]":
    """The weights, and the bias that stands after them."""
    values = array("f")
    values.frombytes(resources.files("rails").joinpath(file).read_bytes())
    if len(values) != SIZE + 1:
        raise ValueError(
            f"{file} holds {len(values)} numbers instead of {SIZE + 1}. Train it again: manner_training, page_training"
        )
    return values, values.pop()
