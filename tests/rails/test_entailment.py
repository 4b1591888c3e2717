"""An operator's own model of entailment may object to a draft, and never fails in silence."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from rails import entailment
from rails.reply_check import check

PASSAGE = "Carer's leave is unpaid. Your employer cannot refuse it."
WORDS = {"[UNK]": 0, "paid": 1, "unpaid": 2}


def make_model(folder: Path, labels: tuple[str, ...] = ("entailment", "contradiction")) -> Path:
    """A model of two words: it counts `paid` for contradiction and all else for entailment. It is made here, and is no real one."""
    Tokenizer(WordLevel(WORDS, unk_token="[UNK]")).save(str(folder / "tokenizer.json"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.pre_tokenizer = Whitespace()  # type: ignore[assignment]
    tokenizer.save(str(folder / "tokenizer.json"))
    scores = numpy_helper.from_array(np.array([[0.1, 0], [0, 9], [0.1, 0]], dtype=np.float32), "scores")
    axes = numpy_helper.from_array(np.array([1]), "axes")
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["scores", "input_ids"], ["each"]),
            helper.make_node("ReduceSum", ["each", "axes"], ["odds"], keepdims=0),
        ],
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, None])],
        [helper.make_tensor_value_info("odds", TensorProto.FLOAT, [1, 2])],
        [scores, axes],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    (folder / "labels.json").write_text(json.dumps(labels), "utf-8")
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Path]:
    yield make_model(tmp_path)
    entailment.use(None)


def objects(reply: str) -> bool:
    verdicts = check("Is carer's leave paid?", reply, [PASSAGE], []).verdicts
    return any(one.rail == "claims_are_grounded" and "operator's model" in one.reason for one in verdicts)


def test_the_model_objects_to_what_it_takes_for_a_contradiction(model: Path) -> None:
    entailment.use(model)

    assert objects("It is paid leave.")
    assert not objects("It is unpaid leave.")


def test_without_a_model_nothing_is_asked() -> None:
    assert not objects("It is paid leave.")


def test_a_quote_is_never_asked_about(model: Path) -> None:
    entailment.use(model)

    assert not objects("Carer's leave is unpaid.")


def test_a_model_that_breaks_blocks(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entailment.use(model)
    monkeypatch.setattr(entailment.Entailment, "chances", lambda *_: 1 / 0)

    decision = check("Is carer's leave paid?", "It is unpaid leave.", [PASSAGE], [])

    assert decision.decision == "block"
    assert any(one.rail == "claims_are_grounded" and str(one.result) == "error" for one in decision.verdicts)


@pytest.mark.parametrize("name", entailment.FILES)
def test_a_missing_file_is_named(model: Path, name: str) -> None:
    (model / name).unlink()

    with pytest.raises(entailment.EntailmentUnfit, match=name):
        entailment.use(model)


def test_a_model_without_the_needed_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(entailment.EntailmentUnfit, match="contradiction"):
        entailment.use(make_model(tmp_path, ("entailment", "neutral")))


def test_a_broken_model_is_refused(model: Path) -> None:
    (model / "model.onnx").write_bytes(b"no model")

    with pytest.raises(entailment.EntailmentUnfit, match="cannot be read"):
        entailment.use(model)
