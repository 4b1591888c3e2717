"""An operator's own model of entailment (NLI) as one more check on drafts. Off unless the operator names one.

None comes with Kith. The model is a folder with `model.onnx`, `tokenizer.json` and `labels.json`, a list that holds
"entailment" and "contradiction" in the order of the model's scores. It may only object, never overrule another rail.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rails.draft import Draft
from rails.groundedness import is_framing

ENTAILED, CONTRADICTED = "entailment", "contradiction"
SURELY = 0.8
"""How sure the model must be that a passage contradicts a sentence, to object."""
LEAST_ENTAILED = 0.1
"""A claim that no passage entails to this degree is objected to."""
LONGEST = 512
FILES = ("model.onnx", "tokenizer.json", "labels.json")


class EntailmentUnfit(Exception):
    """The model of entailment that the operator named cannot be used. The message says what to do."""


class Entailment:
    """Scores pairs of a passage and a sentence. Safe to share between threads.

    Raises:
        EntailmentUnfit: A file is missing or cannot be read, or the labels lack one that is needed.
    """

    def __init__(self, folder: Path) -> None:
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise EntailmentUnfit(
                f"KITH_ENTAILMENT_MODEL names {folder}, which lacks {', '.join(missing)}. Export a model of entailment "
                "to ONNX with its tokenizer and a list of its labels, or leave the setting empty."
            )
        try:
            self._open(folder)
        except Exception as error:
            raise EntailmentUnfit(
                f"The model in KITH_ENTAILMENT_MODEL cannot be read ({type(error).__name__}). Export it again."
            ) from None
        if absent := {ENTAILED, CONTRADICTED} - set(self.labels):
            raise EntailmentUnfit(
                f"labels.json in {folder} names no {' and no '.join(sorted(absent))}. Correct the list."
            )

    def _open(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.labels: list[str] = [str(one).lower() for one in json.loads((folder / "labels.json").read_text("utf-8"))]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        self._inputs = [one.name for one in self._session.get_inputs()]

    def chances(self, passage: str, sentence: str) -> dict[str, float]:
        """How likely each label is for this pair."""
        read = self._tokenizer.encode(passage, sentence)
        told: dict[str, Sequence[int]] = {
            "input_ids": read.ids, "attention_mask": read.attention_mask, "token_type_ids": read.type_ids,
        }  # fmt: skip
        feed: dict[str, Any] = {name: np.array([told[name]], dtype=np.int64) for name in self._inputs}
        odds = np.asarray(self._session.run(None, feed)[0][0], dtype=np.float64)
        parts = np.exp(odds - odds.max())
        return dict(zip(self.labels, (parts / parts.sum()).tolist(), strict=True))


_used: list[Entailment] = []


def use(folder: Path | None) -> None:
    """Check drafts with the model in this folder too; with None, without one. Raises as `Entailment` does."""
    _used[:] = [Entailment(folder)] if folder else []


def problems(draft: Draft) -> tuple[str, ...]:
    """What the operator's model objects to, one for each sentence; nothing when there is no model."""
    if not _used:
        return ()
    told = [one.text for one in draft.said if not one.verbatim and not is_framing(one)]
    return tuple(problem for text in told if (problem := _objection(text, draft.passages, _used[0])))


def _objection(sentence: str, passages: Sequence[str], model: Entailment) -> str:
    found = [model.chances(passage, sentence) for passage in passages]
    entailed = max((one[ENTAILED] for one in found), default=0.0)
    against = max((one[CONTRADICTED] for one in found), default=0.0)
    if against >= SURELY and against > entailed:
        return "a passage contradicts it, says the operator's model"
    return "" if entailed >= LEAST_ENTAILED else "no passage entails it, says the operator's model"
