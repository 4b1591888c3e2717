"""The net over a sentence's meaning beside guidance's: it learns what lies apart, and is the same once stored."""

import numpy as np
import pytest

from rails.draft import Draft, ReplyVectors
from rails.evidence import Evidence
from rails.evidence_meanings import Floats, Meanings, compared
from rails.training_meanings import fit, unseen

WIDTH = 16


def lesson(count: int, seed: int) -> tuple[Floats, Floats, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Sentences that are fair when they lie near the nearest sentence of guidance."""
    draw = np.random.default_rng(seed)
    nearest = draw.normal(size=(count, WIDTH))
    bad = draw.random(count) < 0.5
    said = nearest + draw.normal(size=(count, WIDTH)) * np.where(bad, 2.0, 0.2)[:, None]
    beside = np.stack([nearest, np.zeros_like(nearest), draw.normal(size=(count, WIDTH))], axis=1)
    unit = [each / np.maximum(np.linalg.norm(each, axis=-1, keepdims=True), 1e-9) for each in (said, beside)]
    return unit[0].astype(np.float32), unit[1].astype(np.float32), bad


def test_it_tells_what_lies_apart_on_sentences_that_it_has_not_seen() -> None:
    vectors, beside, bad = lesson(600, seed=1)
    halves = np.arange(300), np.arange(300, 600)

    _, scores = unseen(vectors, beside, bad, [halves, halves[::-1]], np.ones(600, dtype=bool))

    assert ((scores > 0) == bad).mean() > 0.85


def test_stored_in_half_precision_it_says_the_same() -> None:
    vectors, beside, bad = lesson(300, seed=2)
    net = fit(vectors, beside, bad, seed=0)

    assert Meanings.of(net.arrays()).score(vectors, beside) == pytest.approx(net.score(vectors, beside), abs=0.05)


def test_what_is_always_the_same_does_not_drown_the_rest() -> None:
    vectors, beside, bad = lesson(300, seed=3)
    vectors[:, 0] = beside[:, :, 0] = 0

    assert np.abs(fit(vectors, beside, bad, seed=0).inner).max() < 100


def test_without_guidance_a_sentence_is_held_against_nothing() -> None:
    def embed(texts: object) -> list[list[float]]:
        return [[1.0, 0.0, 0.0] for _ in texts]  # type: ignore[attr-defined]

    vectors = ReplyVectors(embed)
    [row] = Evidence(Draft.of("Can I get a break?", "You can get a break.", [], [], vectors), vectors).rows()

    assert row.beside.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    assert compared(row.vector[None], row.beside[None]).shape == (1, 18)
