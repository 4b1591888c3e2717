"""Weigh what the words, the vectors and the rules say about a message's intent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rails import learnt
from rails.learnt import Floats, Scorer, Stack

LABELS = (
    "attack", "abuse", "dose", "diagnosis", "legal", "eligibility", "other_people", "other_service", "off_topic",
    "greeting", "thanks", "goodbye", "about_bot", "feelings", "acknowledge", "human",
)  # fmt: skip
"""What a message can be besides `none`, an ordinary question."""
HEADS = ("none", *LABELS)
TURNED_AWAY = LABELS[:9]
"""Intents, from attack to off topic, that are not answered from guidance, so a slip costs a carer an answer."""


@dataclass(frozen=True, slots=True)
class Model:
    """The scorer, how its scores are weighed, and the calibrated thresholds, all as log-odds."""

    scorer: Scorer
    stacks: Mapping[str, Stack]
    thresholds: Mapping[str, float]


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights, read once."""
    arrays, card = learnt.load("intent")
    return Model(
        Scorer(arrays), {kind: Stack.of(arrays, f"stack_{kind}") for kind in ("words", "full")}, card["thresholds"]
    )


def evidence(words: Floats, meaning: Floats, place: int, ruled: str, full: bool) -> list[float]:
    """What speaks for one label. `place` counts from 0 in `LABELS`; `ruled` is the label that a rule named."""
    head = place + 1
    rule = float(ruled == LABELS[place]) - float(bool(ruled) and ruled != LABELS[place])
    said = [float(words[head]), float(words[head] - np.delete(words, head).max()), rule]
    return [*said, float(meaning[head]), float(meaning[head] - np.delete(meaning, head).max())] if full else said


def weigh(words: Floats, meaning: Floats, ruled: str, stack: Stack, full: bool) -> tuple[float, ...]:
    """Log-odds of each label."""
    return tuple(stack(evidence(words, meaning, place, ruled, full)) for place in range(len(LABELS)))


def choose(odds: Sequence[float], thresholds: Mapping[str, float], kind: str) -> tuple[str, float]:
    """The label that lies furthest above its own threshold, with its chance; `none` when all lie below."""
    above = [value - thresholds[f"{kind}_{label}"] for value, label in zip(odds, LABELS, strict=True)]
    best = int(np.argmax(above))
    chance = float(1 / (1 + np.exp(-odds[best])))
    return (LABELS[best], chance) if above[best] >= 0 else ("none", 1 - chance)


def classify(plain: Sequence[str], ruled: str, vectors: Sequence[Sequence[float]] = ()) -> tuple[str, float]:
    """The intent of a message, given its plain words, what a rule said, and its vectors."""
    found = model()
    full = learnt.usable(vectors)
    kind = "full" if full else "words"
    meaning = found.scorer.meaning(vectors[:1] if full else ())[0]
    odds = weigh(found.scorer.words(plain), meaning, ruled, found.stacks[kind], full)
    return choose(odds, found.thresholds, kind)
