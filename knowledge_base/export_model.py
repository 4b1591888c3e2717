"""Export a sentence-transformers model to ONNX, check it against the original, and write its card.

Run as `python -m knowledge_base.export_model SOURCE TARGET` in a child process: it imports torch.
An export can be wrong without any warning (one known way gives cosine 0.971), so it is
refused unless every check text agrees with the original to 0.999.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.embedding import CARD, GRAPH, LAST, MAX_TOKENS, MIDDLE, NUMBERS, OnnxEmbedder, name_of
from knowledge_base.errors import ModelNotExported
from knowledge_base.files import sha256_of

FAITHFUL = 0.999
"""Lowest cosine to the original that any check text may have."""
BELOW_TOP = 5
"""The middle output is the fifth hidden state from the end: what the top four layers are given."""
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
CHECK_TEXTS = (
    "help",
    "",
    "?",
    "Can I get Carer's Allowance?",
    "cn i get carers alowance if i wrk 12 hrs",
    "I look after my mum and I am so tired I could cry.",
    "What is a carer's assessment and who does it?",
    "Sut mae cael cymorth fel gofalwr?",
    "Як отримати допомогу?",
    "माँ की देखभाल के लिए मदद",
    "My dad has dementia 😢 he went missing last night",
    "£86.45 a week from April 2026 to April 2027",
    "UC LPA DFG CHC OT",
    "recipe for lasagne",
    "Who won the football?",
    "The person you care for may be able to get Attendance Allowance. It is not based on income. " * 3,
    "You can ask the council for a break from caring. Breaks can be a few hours or a few days. " * 6,
    "Ring 01632 960101, Monday to Friday, 9am to 5pm.",
    "She can't be left alone at night and I have work at six",
    "DLA for my son who is autistic",
    "school says my daughter is late because she looks after me",
    "discharged from hospital tomorrow, no care in place",
    "they stopped my money",
    "grab rail for the bath",
    "power of attorney or court of protection",
    "A" * 600,
    "one two three four five six seven eight nine ten " * 60,
    "line one\nline two\n\n- a bullet\n- another",
    "I don't know what to do any more",
    "blue badge",
    "thanks",
    "Who do I tell if a neighbour takes my gran's pension?",
)
"""Short, long, cut short, misspelt, other scripts: each a shape that carers send."""


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
        "sha256": {name: sha256_of(target / name) for name in (GRAPH, NUMBERS)},
        "max_tokens": _max_tokens(source),
        "dimensions": dimensions,
        "pooling": "mean",
        "outputs": [LAST, MIDDLE],
    }
    (target / CARD).write_text(json.dumps(card), "utf-8")
    worst = least_cosine(source, target)
    if worst < FAITHFUL:
        raise ModelNotExported(f"its vectors agree with the original only to {worst:.4f}.")
    (target / CARD).write_text(json.dumps({**card, "least_cosine": worst}, indent=1), "utf-8")


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


def least_cosine(source: Path, target: Path) -> float:
    """Compare the export with sentence-transformers on every check text; return the worst cosine."""
    from sentence_transformers import SentenceTransformer

    ours = np.array(OnnxEmbedder(target).embed(CHECK_TEXTS))
    theirs = SentenceTransformer(str(source), device="cpu").encode(list(CHECK_TEXTS), normalize_embeddings=True)
    return float((ours * np.asarray(theirs)).sum(axis=1).min())


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
