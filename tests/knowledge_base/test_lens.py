"""The learnt turn of the embedding space, and the kinds of things that are asked for."""

import numpy as np
import pytest

from knowledge_base.embedding import PINNED_WEIGHTS, Matrix
from knowledge_base.kinds import AMOUNT, HOW, LENGTH, MAY, WHERE, WHO, asked_for
from knowledge_base.lens import PLAIN, Lens


def unit(rows: int, seed: int = 0) -> Matrix:
    made = np.random.default_rng(seed).normal(size=(rows, 384))
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def test_only_the_model_that_it_was_learnt_for_is_seen_through_the_lens() -> None:
    assert Lens.of(PINNED_WEIGHTS).turn is not None
    assert Lens.of("another model").turn is None
    rows = unit(3)
    assert PLAIN.rows(rows) is rows


def test_turned_vectors_have_unit_length_and_another_direction() -> None:
    rows = unit(20_000)
    turned = Lens.of(PINNED_WEIGHTS).rows(rows)
    assert np.allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-3)
    assert np.abs((turned * rows).sum(axis=1)).max() < 0.9999


def test_an_index_of_unturned_vectors_gives_the_neighbours_of_the_turned_one() -> None:
    lens, rows, asked = Lens.of(PINNED_WEIGHTS), unit(500), unit(1, seed=1)[0]
    wanted = lens.rows(rows) @ lens.rows(asked[None])[0]
    pointed = lens.pointed(asked)
    near = rows @ (pointed / np.linalg.norm(pointed))
    assert len(set(np.argsort(-wanted)[:20]) & set(np.argsort(-near)[:20])) >= 14


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("how much is PIP", AMOUNT),
        ("AA rates 2026", AMOUNT),
        ("how much notice do I give", LENGTH),
        ("How many hours do I have to care?", LENGTH),
        ("where do I send the form", WHERE),
        ("who pays for respite", WHO),
        ("how do I apply for a blue badge", HOW),
        ("can I work and still claim", MAY),
        ("mum fell", -1),
    ],
)
def test_what_is_asked_for(text: str, kind: int) -> None:
    assert asked_for(text) == kind
