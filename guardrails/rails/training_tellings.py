"""Train the model that tells a message which only tells something from one that needs something.

Every figure is on messages that it has not seen: five folds, cut by exemplar block or by subject of guidance.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from rails import exemplars, features, normalise, telling
from rails.learnt import Arrays
from rails.sentences import of_long
from rails.telling import Model
from rails.training import WEIGHTS
from rails.training_data import folds
from rails.training_parts import word_part
from rails.training_report import counted

Embed = Callable[[list[str]], Sequence[Sequence[float]]]
Asked = Iterable[tuple[str, str, str]]
"""Part, text and subject of messages that want guidance."""
PLAIN = (
    "plain-carer", "plain-heavy-words", "plain-person", "plain-statements", "plain-tellings", "plain-tellings-two", "plain-things",
)  # fmt: skip
"""The files of ordinary messages whose lines were sorted, one by one where most of them are mixed."""
CHECKED = ("plain-authors", "needs")
"""Files under `check` that the finished model is only measured on."""
STRENGTH, WORDS_STRENGTH = 3.0, 10.0
"""Inverse penalties of the part on the vector and the part on the words."""
SPARED = {"sure": 0.003, "may": 0.02}
"""The share of the messages that want guidance, of every part, that may lie below each cut. Below `may` guidance that plainly fits is
given all the same, so fewer than a third of those go without."""
NO_CUTS = {"sure": 0.0, "may": 0.0}
ASKINGS = "askings-of-guidance"


@dataclass(frozen=True, slots=True)
class Line:
    """One message without a question. `part` says where a message that wants guidance comes from; a plain one has none."""

    text: str
    part: str
    block: str
    vectors: NDArray[np.float32]
    """Of the whole, then of the sentences of a long one."""

    @property
    def needs(self) -> bool:
        return bool(self.part)


def train(folder: Path, asked: Asked, embed: Embed, into: Path = WEIGHTS, seed: int = 0) -> dict[str, Any]:
    """Learn from the exemplars in `folder` and from `asked`, write weights and model card to `into`, and return the card."""
    lines = [*_plain(folder, embed), *_needing(folder, asked, embed)]
    odds = _unseen(lines, seed)
    cuts = {name: _cut(lines, odds, share) for name, share in SPARED.items()}
    arrays = _fit(lines)
    card = _card(lines, odds, cuts) | {"check": _check(folder, Model.of(arrays, cuts), embed)}
    np.savez_compressed(into / f"{telling.WEIGHTS}.npz", allow_pickle=False, **arrays)
    (into / f"{telling.WEIGHTS}.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    telling.model.cache_clear()
    return card


def _plain(folder: Path, embed: Embed) -> Iterator[Line]:
    sorted_out = {one.text for one in exemplars.read(folder / "tellings")}
    for one in exemplars.read(folder / "safe"):
        if one.file in PLAIN and one.text not in sorted_out and not telling.asks(one.text):
            yield Line(one.text, "", f"safe/{one.block}", _vectors(one.text, embed))


def _needing(folder: Path, asked: Asked, embed: Embed) -> Iterator[Line]:
    own = [
        ("told", one.text, f"tellings/{one.block}")
        for one in exemplars.read(folder / "tellings")
        if one.label == "needs"
    ]
    askings = [("told", one.text, one.note) for one in exemplars.read(folder / "safe") if one.file.startswith(ASKINGS)]
    seen: set[str] = set()
    for part, text, block in (*own, *askings, *asked):
        if text not in seen and not telling.asks(text):
            seen.add(text)
            yield Line(text, part, block, _vectors(text, embed))


def _vectors(text: str, embed: Embed) -> NDArray[np.float32]:
    parts = [text, *of_long(text)]
    return np.asarray(embed(parts), dtype=np.float32)


def _unseen(lines: Sequence[Line], seed: int) -> NDArray[np.float64]:
    """For each line the log-odds that a model gives it which did not learn from its block."""
    odds = np.zeros(len(lines))
    for learnt_from, unseen in folds(lines, seed):
        found = Model.of(_fit([lines[at] for at in learnt_from]), NO_CUTS)
        odds[unseen] = [found.need(lines[at].text, lines[at].vectors.tolist()) for at in unseen]
    return odds


def _fit(lines: Sequence[Line]) -> Arrays:
    """The two parts. Each gives log-odds of its own, and they are added up."""
    needs = np.array([one.needs for one in lines], dtype=float)
    words = [features.indices(normalise.words(one.text)) for one in lines]
    fitted = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced")
    fitted.fit(np.stack([one.vectors[0] for one in lines]), needs)
    meaning = {
        "vector": fitted.coef_[0].astype(np.float16),
        "vector_bias": fitted.intercept_[0].astype(np.float32),
        "nets": np.array(0),
    }
    return word_part(words, needs[:, None], [WORDS_STRENGTH]) | meaning


def _cut(lines: Sequence[Line], odds: NDArray[np.float64], share: float) -> float:
    """The highest value below which no part of what wants guidance has more than its share."""
    parts = sorted({one.part for one in lines if one.needs})
    cuts = [np.quantile([o for o, one in zip(odds, lines, strict=True) if one.part == part], share) for part in parts]
    return round(float(min(cuts)), 3)


def _card(lines: Sequence[Line], odds: NDArray[np.float64], cuts: Mapping[str, float]) -> dict[str, Any]:
    parts = {"plain": "", **{part: part for part in sorted({one.part for one in lines if one.needs})}}
    return {
        "model": "tellings: linear on words and on all-MiniLM-L6-v2 vectors, added up",
        "method": "5 folds by exemplar block or subject of guidance; Wilson 95% intervals; every figure is on messages not learnt from",
        "learnt_from": {name: sum(one.part == part for one in lines) for name, part in parts.items()},
        "cuts": cuts,
        "unseen": {
            name: _below([o for o, one in zip(odds, lines, strict=True) if one.part == part], cuts)
            for name, part in parts.items()
        },
    }


def _below(odds: Iterable[float], cuts: Mapping[str, float]) -> dict[str, Any]:
    found = list(odds)
    return {f"below_{name}": counted([one < cut for one in found]) for name, cut in cuts.items()}


def _check(folder: Path, found: Model, embed: Embed) -> dict[str, Any]:
    """How the finished model does on messages of voices and kinds that it never learnt from."""
    cuts = {"sure": found.sure, "may": found.may}
    told = [
        one for name in ("safe", "tellings") for one in exemplars.read(folder / "check" / name) if one.file in CHECKED
    ]
    odds = {one: found.need(one.text, _vectors(one.text, embed).tolist()) for one in told if not telling.asks(one.text)}
    return {file: _below([o for one, o in odds.items() if one.file == file], cuts) for file in CHECKED}
