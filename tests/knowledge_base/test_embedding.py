"""The serving embedder gives the original's vectors and refuses weights that nobody reviewed."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import embedding
from knowledge_base.check_texts import CHECK_TEXTS
from knowledge_base.embedding import PINNED_WEIGHTS, OnnxEmbedder, default_model, ensure_model, is_whole
from knowledge_base.engine import FAITHFUL, GRAPH, LEAN_NUMBERS, MIDDLE, NUMBERS, pool
from knowledge_base.errors import ModelNotExported, ModelNotTrusted
from knowledge_base.files import sha256_of
from knowledge_base.listening import Listener
from rails.senses import BELOW

TEXTS = ["I care for my mum", "blue badge", "", "a much longer question about a break from caring, and who pays for it"]


def test_the_export_was_checked_against_the_original(real_embedder: OnnxEmbedder, model_folder: Path) -> None:
    card = json.loads((model_folder / "model.json").read_text("utf-8"))

    assert card["least_cosine"] >= FAITHFUL
    assert card["weights_sha256"] == PINNED_WEIGHTS == real_embedder.model_hash
    assert len(CHECK_TEXTS) >= 24


def test_vectors_have_unit_length_and_the_order_of_the_texts(real_embedder: OnnxEmbedder) -> None:
    together = real_embedder.embed(TEXTS)
    alone = [real_embedder.embed([text])[0] for text in TEXTS]

    assert together == alone  # nothing that stands beside a text changes its vector
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert {len(one) for one in together} == {real_embedder.dimensions} == {384}


def test_very_many_texts_get_the_vectors_that_each_gets_alone(
    real_embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [
        f"Can I get help with {what}{' and the rest' * (at % 5)}?" for at, what in enumerate(["bills", "baths"] * 20)
    ]
    few = real_embedder.embed(texts)
    monkeypatch.setattr("knowledge_base.embedding.MANY", len(texts))
    assert real_embedder.embed(texts) == few


def test_no_texts_give_no_vectors(real_embedder: OnnxEmbedder) -> None:
    assert real_embedder.embed([]) == []


def test_meaning_is_kept(real_embedder: OnnxEmbedder) -> None:
    ask, near, far = np.array(real_embedder.embed(["time off from caring", "respite for carers", "football results"]))

    assert ask @ near > ask @ far + 0.2


def test_a_text_is_cut_at_the_models_limit(real_embedder: OnnxEmbedder) -> None:
    long = "carer " * 254

    assert np.allclose(*real_embedder.embed([long, long + "football " * 300]), atol=1e-5)


def test_threads_may_share_one_embedder(real_embedder: OnnxEmbedder) -> None:
    alone = {text: real_embedder.embed([text])[0] for text in TEXTS}

    with ThreadPoolExecutor(4) as pool_of_threads:
        found = list(pool_of_threads.map(lambda text: real_embedder.embed([text])[0], TEXTS * 5))

    assert all(np.allclose(alone[text], one, atol=1e-5) for text, one in zip(TEXTS * 5, found, strict=True))


def test_a_vector_is_the_mean_of_the_tokens_at_unit_length() -> None:
    rows = np.array([[1, 2, 2], [3, 2, 2]], dtype=np.float32)

    assert np.allclose(pool(rows), np.array([2, 2, 2]) / np.sqrt(12))
    assert np.array_equal(pool(np.zeros((2, 3), dtype=np.float32)), np.zeros(3))


def test_weights_that_nobody_reviewed_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_folder: Path
) -> None:
    fake = tmp_path / "package" / "model"
    fake.mkdir(parents=True)
    (fake / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(embedding, "default_model", lambda: fake)

    with pytest.raises(ModelNotTrusted, match="would silently move every threshold"):
        ensure_model(tmp_path)
    assert not (tmp_path / "model").exists()


def test_a_folder_without_weights_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotExported, match=r"holds no model\.safetensors"):
        ensure_model(tmp_path, tmp_path)


def test_a_failed_export_leaves_nothing_behind_and_says_why(tmp_path: Path) -> None:
    source = tmp_path / "broken"
    source.mkdir()
    (source / "model.safetensors").write_bytes(b"not weights")

    with pytest.raises(ModelNotExported, match="tokenizer"):
        ensure_model(tmp_path / "var", source)
    assert [one.name for one in (tmp_path / "var" / "model").iterdir() if one.is_dir()] == []


@pytest.mark.parametrize("name", [GRAPH, NUMBERS, LEAN_NUMBERS])
def test_a_damaged_export_is_noticed(tmp_path: Path, model_folder: Path, name: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model_folder, copy)
    assert is_whole(copy)

    with (copy / name).open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\1\2\3")

    assert not is_whole(copy)


def test_the_branch_starts_from_the_layer_that_the_export_gives(model_folder: Path) -> None:
    assert BELOW == MIDDLE
    assert (
        OnnxEmbedder(model_folder, listener=Listener(model_folder / GRAPH))._listener is None
    )  # a graph with other inputs


def test_the_pinned_hash_is_that_of_the_installed_package() -> None:
    assert sha256_of(default_model() / "model.safetensors") == PINNED_WEIGHTS
