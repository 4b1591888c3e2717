"""Export a sentence-transformers model to ONNX, check it against the original, and write its card.

Run as `python -m knowledge_base.export_model SOURCE TARGET` in a child process: it imports torch.
An export can be wrong without any warning (one known way gives cosine 0.971), so it is
refused unless every check text agrees with the original to 0.999.
"""

import json
import shutil
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base import engine, lean_model
from knowledge_base.check_texts import CHECK_TEXTS
from knowledge_base.embedding import CARD, MAX_TOKENS, name_of, tokenizer_in
from knowledge_base.engine import FAITHFUL, GRAPH, LAST, LEAN, LEAN_NUMBERS, LEAN_TWICE, MIDDLE, NUMBERS, PROOF, Matrix
from knowledge_base.errors import ModelNotExported
from knowledge_base.files import sha256_of

BELOW_TOP = 5
"""The middle output is the fifth hidden state from the end: what the top four layers are given."""
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


def main(source: Path, target: Path) -> None:
    """Write the graph, its numbers, `tokenizer.json` and the card to `target`, or raise."""
    warnings.filterwarnings("ignore")
    target.mkdir(parents=True)
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    _refuse_other_pooling(source)
    dimensions = _write_onnx(source, target / GRAPH)
    _set_numbers_apart(target / GRAPH)
    card: dict[str, Any] = {
        "name": name_of(source),
        "weights_sha256": sha256_of(source / "model.safetensors"),
        "max_tokens": _max_tokens(source),
        "dimensions": dimensions,
        "pooling": "mean",
        "outputs": [LAST, MIDDLE],
    }
    tokens = _check_tokens(target, card["max_tokens"])
    card["least_cosine"] = worst = engine.least(engine.Full(target), tokens, _by_original(source))
    if worst < FAITHFUL:
        raise ModelNotExported(f"its vectors agree with the original only to {worst:.4f}.")
    card["lean"] = _write_lean(source, target, card["max_tokens"])
    files = (GRAPH, NUMBERS, LEAN, LEAN_TWICE, LEAN_NUMBERS, PROOF)
    card["sha256"] = {name: sha256_of(target / name) for name in files if (target / name).is_file()}
    (target / CARD).write_text(json.dumps(card, indent=1), "utf-8")


def _write_lean(source: Path, target: Path, max_tokens: int) -> dict[str, Any]:
    """Make the lean copy and check it against the original. What is not faithful is not kept, and the reason is."""
    model, proof, tokenizer = lean_model.model_in(source), _by_original(source), tokenizer_in(target, max_tokens)
    if model is None:
        return {"refused": "only a plain BERT model has a lean copy."}
    lean_model.write(model, lambda text: tokenizer.encode(text).ids, target, BELOW_TOP)
    np.save(target / PROOF, proof)
    worst = engine.least(engine.Lean(target), _check_tokens(target, max_tokens), proof)
    if worst >= FAITHFUL:
        return {"least_cosine": worst}
    for name in (LEAN, LEAN_TWICE, LEAN_NUMBERS, PROOF):
        (target / name).unlink()
    return {"refused": f"its vectors agree with the original only to {worst:.4f}."}


def _check_tokens(target: Path, max_tokens: int) -> list[list[int]]:
    tokenizer = tokenizer_in(target, max_tokens)
    return [tokenizer.encode(text).ids for text in CHECK_TEXTS]


def _write_onnx(source: Path, path: Path) -> int:
    """Trace the transformer with plain attention and save it in fp32. Returns the width of a vector."""
    import torch
    from transformers import AutoModel

    class Hidden(torch.nn.Module):  # type: ignore[misc]  # torch is not typed here
        """Take the three inputs by position, give back the last layer and the one that a branch may start from."""

        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            found = self.model(input_ids=ids, attention_mask=mask, token_type_ids=types, output_hidden_states=True)
            return found.last_hidden_state, found.hidden_states[max(0, len(found.hidden_states) - BELOW_TOP)]

    model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
    sample = torch.ones((2, 7), dtype=torch.long)
    axes = {name: {0: "batch", 1: "tokens"} for name in [*INPUTS, LAST, MIDDLE]}
    with torch.no_grad():
        torch.onnx.export(
            Hidden(model),
            (sample, sample, torch.zeros_like(sample)),
            str(path),
            input_names=INPUTS,
            output_names=[LAST, MIDDLE],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    return int(model.config.hidden_size)


def _set_numbers_apart(path: Path) -> None:
    """Move the weights out of the graph into a file that the runtime maps instead of reading."""
    import onnx

    onnx.save_model(onnx.load(path), path, save_as_external_data=True, location=NUMBERS)


@cache
def _by_original(source: Path) -> Matrix:
    """The vectors of all check texts by sentence-transformers. Shape: (texts, d)."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(source), device="cpu")
    return np.asarray(model.encode(list(CHECK_TEXTS), normalize_embeddings=True), dtype=np.float32)


def _max_tokens(source: Path) -> int:
    """Read where the model itself cuts a text."""
    settings = source / "sentence_bert_config.json"
    if not settings.is_file():
        return MAX_TOKENS
    return int(json.loads(settings.read_text("utf-8")).get("max_seq_length") or MAX_TOKENS)


def _refuse_other_pooling(source: Path) -> None:
    """Stop early on a model that does not average its tokens; the cosine check would stop it anyway."""
    settings = source / "1_Pooling" / "config.json"
    if settings.is_file() and not json.loads(settings.read_text("utf-8")).get("pooling_mode_mean_tokens", True):
        raise ModelNotExported("the model does not average its tokens (mean pooling), which is all that Kith supports.")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except ModelNotExported as error:
        sys.exit(error.why)
    except Exception as error:
        sys.exit(str(error) or repr(error))
