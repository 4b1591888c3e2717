"""More exemplars out of those there are: with slips of the finger, and hidden in an ordinary ramble."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rails.training_data import Row

LETTERS = "abcdefghijklmnopqrstuvwxyz"
JOINS = (". ", " ", "\n", " and ")
SLIPS = {"danger": 0.5, "like danger": 0.35, "other": 0.15}
"""The share of messages of which a copy with slips is made."""
IN_RAMBLES = 0.35
"""The share of messages that are also put between ordinary ones."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text to learn from. `row` is the number of the exemplar it stands for; `made` says that it is a copy."""

    text: str
    row: int
    made: str


def examples(rows: Sequence[Row], fold_of: Sequence[int], seed: int) -> list[Example]:
    """Every row as written, then copies. A copy holds nothing of another fold."""
    rng = random.Random(seed)
    written = [Example(row.text, at, "") for at, row in enumerate(rows)]
    slipped = [Example(with_slips(row.text, rng), at, "slips") for at, row in enumerate(rows) if _slips(row, rng)]
    calm = [at for at, row in enumerate(rows) if row.hard and not row.categories]
    by_fold = {fold: [rows[at].text for at in calm if fold_of[at] == fold] for fold in set(fold_of)}
    rambles = [
        Example(in_ramble(row.text, by_fold[fold_of[at]], rng), at, "ramble")
        for at, row in enumerate(rows)
        if _hides(row) and rng.random() < IN_RAMBLES
    ]
    return written + slipped + rambles


def _hides(row: Row) -> bool:
    """Whether a message may be learnt inside a long one: danger, what looks like it, and orders to the assistant."""
    return row.danger or (row.hard and not row.categories) or row.file.startswith("attack")


def _slips(row: Row, rng: random.Random) -> bool:
    kind = "danger" if row.danger else "like danger" if row.hard else "other"
    return rng.random() < SLIPS[kind]


def with_slips(text: str, rng: random.Random) -> str:
    """Swap, drop, double or change a letter now and then, and half the time leave out the marks."""
    letters = list(text)
    for _ in range(max(1, round(len(text) / rng.choice([18, 30, 45])))):
        if len(letters) > 3:
            _slip(letters, rng)
    slipped = "".join(letters)
    return "".join(one for one in slipped if one not in "',.!?’") if rng.random() < 0.5 else slipped


def _slip(letters: list[str], rng: random.Random) -> None:
    at, kind = rng.randrange(len(letters) - 1), rng.random()
    if not letters[at].isalpha():
        return
    if kind < 0.35:
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
    elif kind < 0.7:
        del letters[at]
    elif kind < 0.85:
        letters.insert(at, letters[at])
    else:
        letters[at] = rng.choice(LETTERS)


def in_ramble(text: str, calm: Sequence[str], rng: random.Random) -> str:
    """The text somewhere among one to three ordinary messages, at times with slips."""
    parts = rng.sample(list(calm), min(len(calm), rng.choice([1, 1, 2, 2, 3])))
    parts.insert(rng.randrange(len(parts) + 1), text)
    joined = rng.choice(JOINS).join(part.rstrip(".") for part in parts)
    return joined if rng.random() < 0.6 else with_slips(joined, rng)
