"""The exemplars as training rows, and folds that never split a block."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rails import exemplars
from rails.danger_policy import CATEGORIES
from rails.exemplars import Exemplar
from rails.learnt import Floats

FOLDS = 5
UNSEEN = "senses_unseen.npz"
TO_LEARN_FROM = frozenset(
    [
        "askings-of-guidance",
        "askings-of-guidance-two",
        "authors-quiet-hints",
        "voices-health",
        "voices-home",
        "voices-money-and-risk",
        "quiet-words",
        "voices-twins-health",
        "voices-twins-home",
        "voices-twins-money-and-risk",
        "contrast-blind-emergency",
        "contrast-blind-other",
        "contrast-blind-suicide",
        "contrast-emergency-more",
        "contrast-second-lot",
        "contrast-suicide-more",
        "about-medicines-ordinary",
        "not-attack-askings",
        "not-attack-blind",
        "not-attack-blind-four",
        "not-attack-blind-three",
        "not-attack-blind-two",
        "not-attack-corners",
        "not-attack-corners-two",
        "not-attack-corners-three",
        "not-attack-blind-five",
        "not-attack-blind-four-voices",
        "not-attack-voices-two",
        "not-dose-askings",
        "not-dose-five",
        "not-dose-four",
        "not-dose-more",
        "not-dose-six",
        "not-dose-three",
        "not-dose-five-voices",
        "not-dose-voices",
        "not-attack-six",
        "not-dose-seven",
        "plain-words-in-passing",
        "twins-of-hints",
        "voices-fifty-authors",
        "voices-one",
        "voices-two",
        "near-words",
        "plain-heavy-words",
        "pairs-of-despair-four",
        "pairs-of-health-four",
        "pairs-of-home-four",
        "not-verdict-pairs-nine",
        "not-dose-eight",
        "not-dose-pairs-nine",
        "plain-ten",
        "not-attack-ten",
    ]
)
"""Files of look-alikes that were written, or picked, because they come nearest to danger and attacks. They are learnt from, but
no line is drawn by them: the share of mistakes that a line allows was set for the look-alikes written before them."""
Sensed = tuple[Floats, Floats]
"""The branch's scores of a whole message, and of its most worrying sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message to learn from. `hard` marks the safe messages that were written to look like danger."""

    text: str
    danger: bool
    emergency: bool
    categories: tuple[str, ...]
    block: str
    file: str
    label: str
    hard: bool


def rows(folder: Path) -> list[Row]:
    """Every danger, safe and intent exemplar. A file of danger begins with its category: `scam`, `scam-voices`."""
    danger = [_danger(one) for one in exemplars.read(folder / "danger")]
    safe = [_safe(one, True) for one in exemplars.read(folder / "safe")]
    asked = [_safe(one, False) for one in exemplars.read(folder / "intent")]
    return danger + safe + asked


def _danger(one: Exemplar) -> Row:
    names = tuple(name for name in (one.file.partition("-")[0], *one.also) if name in CATEGORIES)
    serious = one.label != "none"
    return Row(one.text, serious, one.label == "emergency", names, f"danger/{one.block}", one.file, one.label, False)


def _safe(one: Exemplar, hard: bool) -> Row:
    names = ("medication",) if one.label == "dose" else ()
    return Row(one.text, False, False, names, f"{'safe' if hard else 'intent'}/{one.block}", one.file, one.label, hard)


class InBlock(Protocol):
    """What stands in a block."""

    @property
    def block(self) -> str: ...


def folds(data: Sequence[InBlock], seed: int) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Five pairs of (learn, test) row numbers. All rows of a block stand on one side."""
    blocks = sorted({row.block for row in data})
    random.Random(seed).shuffle(blocks)
    fold_of = {block: place % FOLDS for place, block in enumerate(blocks)}
    places = np.array([fold_of[row.block] for row in data])
    for fold in range(FOLDS):
        yield np.flatnonzero(places != fold), np.flatnonzero(places == fold)


def key_of(text: str) -> int:
    """A number that stands for a text, so that scores can be kept without it."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def short_key_of(text: str) -> int:
    """A number of four bytes that stands for a text."""
    return key_of(text) & 0xFFFFFFFF


def learnt_by_branch(data: Sequence[Row], file: Path) -> list[bool]:
    """For each row: whether the branch has learnt from its text. All of them, when that is not known."""
    if not file.is_file():
        return [True] * len(data)
    with np.load(file, allow_pickle=False) as stored:
        learnt = frozenset(stored["learnt"].tolist())
    return [short_key_of(row.text) in learnt for row in data]


def unseen_senses(data: Sequence[Row], file: Path) -> dict[int, Sensed]:
    """For each row number that has them: the scores of a branch that was trained without the row's block."""
    if not file.is_file():
        return {}
    with np.load(file, allow_pickle=False) as stored:
        keys, whole, best = stored["keys"], stored["whole"].astype(np.float32), stored["best"].astype(np.float32)
    place_of = {int(key): place for place, key in enumerate(keys)}
    found = ((at, place_of.get(key_of(row.text))) for at, row in enumerate(data))
    return {at: (whole[place], best[place]) for at, place in found if place is not None}
