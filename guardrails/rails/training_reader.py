"""Train the second reader: the top layers of a larger model, tuned on the exemplars that neither branch left out.

It learns from the same messages, towards the same scores and by the same steps as the branch (`training_senses.py`). The two
folds that the branch and its sister have not learnt from it has not learnt from either, so that the lines drawn on them
are drawn for what serves: branch and reader together. Needs torch and an hour and a half of one processor.
"""

from pathlib import Path

import numpy as np

from rails import reader
from rails.senses import FILES, SENSES, digest
from rails.training_data import rows
from rails.training_senses import SERVES, SISTER, Array, Lesson, draw, learn

_, BELOW, ABOVE = FILES
SPEED = 6e-5
"""How fast the topmost layer learns: a larger model bears less than the branch does."""
TOGETHER = 16
"""Texts of one length that are read at once."""
PINNED = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""SHA-256 of the weights of all-mpnet-base-v2 (Apache-2.0), as its authors publish them."""


class SourceNotTrusted(ValueError):
    """The weights to start from are not the ones that were reviewed."""

    def __init__(self, source: Path, found: str) -> None:
        super().__init__(
            f"{source} does not hold the reviewed all-mpnet-base-v2: SHA-256 {found}, expected {PINNED}. Get it from a trusted source."
        )


def train(folder: Path, source: Path, tokenizer: Path, into: Path, seed: int = 0) -> None:
    """Write both halves of the second reader.

    Args:
        folder: The exemplars.
        source: The folder of all-mpnet-base-v2.
        tokenizer: The `tokenizer.json` of the embedding model, whose words are the same.
        into: Where the weights go.
        seed: The same seed gives the same examples in the same order.

    Raises:
        SourceNotTrusted: The weights in `source` are not the reviewed ones.
    """
    import torch

    from rails.training_reader_net import Above, save_above, save_below

    _check(source)
    save_below(source, into / BELOW)
    lesson = Lesson(lambda texts: _tokens(texts, tokenizer), rows(folder), seed)
    places = lesson.places(SERVES, SISTER)
    batches = draw(lesson, places, seed)
    _read(lesson, np.unique(np.concatenate(batches)), into / BELOW)
    net = Above.on(source, len(SENSES), seed)
    torch.use_deterministic_algorithms(True)
    learn(net, lesson, places, batches, SPEED)
    save_above(net, into / ABOVE)


def _check(source: Path) -> None:
    found = digest(source / "model.safetensors")
    if found != PINNED:
        raise SourceNotTrusted(source, found)


def _tokens(texts: list[str], tokenizer: Path) -> list[Array]:
    from tokenizers import Tokenizer

    cutter = Tokenizer.from_file(str(tokenizer))
    cutter.enable_truncation(max_length=reader.MOST_TOKENS)
    cutter.no_padding()
    return [np.array(reader.as_read(one.ids)) for one in cutter.encode_batch(texts)]


def _read(lesson: Lesson, used: Array, below: Path) -> None:
    """Put what the lower half makes of the tokens in their place, for the examples that are used. Shapes: (tokens, 768)."""
    import onnxruntime

    lower = onnxruntime.InferenceSession(str(below), providers=["CPUExecutionProvider"])
    by_length: dict[int, list[int]] = {}
    for at in used.tolist():
        by_length.setdefault(len(lesson.hidden[at]), []).append(at)
    for places in by_length.values():
        for start in range(0, len(places), TOGETHER):
            some = places[start : start + TOGETHER]
            states = lower.run(None, {reader.TOKENS: np.array([lesson.hidden[at] for at in some])})[0]
            for at, rows_of_one in zip(some, states.astype(np.float16), strict=True):
                lesson.hidden[at] = rows_of_one
