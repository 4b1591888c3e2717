"""The lean model, in bytes, gives the vectors and the order of the model in full, or does not serve."""

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.embedding import CARD, OnnxEmbedder
from knowledge_base.engine import FAITHFUL, LEAN, LEAN_TWICE, PROOF
from knowledge_base.lean_model import model_in
from knowledge_base.lean_numbers import MOST, Seen, in_bytes

ASKED = (
    "how much is carers allowance", "mum keeps falling", "who pays for a stairlift", "cant cope any more", "thanks",
    "?", "I need a break, even two hours", "my son is autistic and the school wont listen", "flu jab", "yes please",
    "What happens to my money if I go into hospital for more than four weeks and nobody tells the office?",
)  # fmt: skip
TOLD = (
    "Carer's Allowance is a weekly payment for people who care for someone for 35 hours or more.",
    "A falls clinic can look at why someone falls and what would make the home safer.",
    "The council can give a grant towards a stairlift or a level shower.",
    "If you feel that you cannot go on, talk to someone today.",
    "Carers can have a free flu vaccination at the surgery or a pharmacy.",
    "Respite is a break from caring: a few hours, a night or some weeks.",
    "An education, health and care plan says what help a child must get at school.",
    "Some benefits stop after 28 days in hospital.",
    "Recipes for a quick supper.",
)


def linked(source: Path, target: Path, but: str) -> Path:
    """A copy of an export by links, without one file."""
    target.mkdir(parents=True)
    for one in source.iterdir():
        if one.name != but:
            (target / one.name).symlink_to(one)
    return target


@pytest.fixture(scope="session")
def in_full(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    """The same model with vectors to agree with that are not its own."""
    folder = linked(model_folder, tmp_path_factory.mktemp("model") / "copy", PROOF)
    np.save(folder / PROOF, np.roll(np.load(model_folder / PROOF), 1, axis=0))
    return OnnxEmbedder(folder)


@pytest.fixture(scope="session")
def lean(real_embedder: OnnxEmbedder) -> OnnxEmbedder:
    if real_embedder.in_full:
        pytest.skip(f"this processor has no lean model: {real_embedder.in_full}")
    return real_embedder


def test_every_lean_vector_agrees_with_that_in_full(lean: OnnxEmbedder, in_full: OnnxEmbedder) -> None:
    found, known = (np.array(one.embed([*ASKED, *TOLD])) for one in (lean, in_full))

    assert (found * known).sum(axis=1).min() >= FAITHFUL
    assert not np.array_equal(found, known)


def test_what_is_nearest_to_a_question_stays_so(lean: OnnxEmbedder, in_full: OnnxEmbedder) -> None:
    near_lean, near_full = (np.array(one.embed(ASKED)) @ np.array(one.embed(TOLD)).T for one in (lean, in_full))

    assert np.abs(near_lean - near_full).max() < 0.02
    assert np.array_equal(near_lean.argmax(axis=1), near_full.argmax(axis=1))


def test_a_lean_model_that_disagrees_on_this_processor_does_not_serve(in_full: OnnxEmbedder) -> None:
    assert "on this processor its vectors agree with the original only to" in in_full.in_full


def test_a_lean_model_that_was_refused_is_not_opened(model_folder: Path, tmp_path: Path) -> None:
    folder = linked(model_folder, tmp_path / "copy", CARD)
    for name in (LEAN, LEAN_TWICE):
        (folder / name).unlink()
    card = json.loads((model_folder / CARD).read_text("utf-8")) | {"lean": {"refused": "it was not faithful."}}
    (folder / CARD).write_text(json.dumps(card), "utf-8")

    assert OnnxEmbedder(folder).in_full == "it was not faithful."


def test_a_model_of_another_kind_has_no_lean_copy(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "mpnet", "hidden_act": "gelu"}', "utf-8")

    assert model_in(tmp_path) is None


def test_bytes_give_what_the_weights_gave_better_than_plain_rounding() -> None:
    rng = np.random.default_rng(1)
    mixed = rng.normal(size=(40, 8)) @ rng.normal(size=(8, 32))  # channels that go together, as a model's do
    mixed[:, 3] *= 50
    weights, seen = rng.normal(size=(32, 8)), Seen()
    for rows in (mixed[:25], mixed[25:]):
        seen.add(rows)
    held = in_bytes(weights, seen, apart=1)
    kept = held.rest
    plain = np.round(weights[kept] / held.scales) * held.scales
    fitted = held.numbers[kept] * held.scales

    assert held.apart.tolist() == [3]
    assert np.abs(held.numbers).max() <= MOST
    wrong = [np.abs(mixed[:, kept] @ (one - weights[kept])).mean() for one in (fitted, plain)]
    assert wrong[0] < wrong[1] / 2
