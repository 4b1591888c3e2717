"""The two ways to run the embedding model on one text: lean (in bytes, half the time) and in full.

Lean serves whenever it agrees with the model in full to `FAITHFUL` on every check text. It is tried when it is made, and
again whenever it is opened: another processor may sum bytes in another way, and then the model in full serves.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from knowledge_base.check_texts import CHECK_TEXTS

Matrix = NDArray[np.float32]
Tokens = Sequence[int]

GRAPH, NUMBERS = "model.onnx", "model.weights"
"""The exported model. Its numbers stand in a file of their own, so that only those in use take memory (50 MB less)."""
LEAN, LEAN_TWICE, LEAN_NUMBERS = "lean.onnx", "lean_twice.onnx", "lean.weights"
"""The graph in bytes; the one for texts of a few words, which keeps two bytes of what goes into a layer's wide products;
and the numbers of both. A vector is an average over a text's tokens: with few of them, errors do not even out."""
PROOF = "proof.npy"
"""The vectors of all check texts by the model in full, one a row."""
LAST, MIDDLE = "last_hidden_state", "second_hidden_state"
"""What the model gives: the layer that vectors are made of, and what its top four layers are given, where a branch starts.
A branch names its input after the latter."""
FAITHFUL = 0.999
"""Lowest cosine to the original that any check text may have."""
FEW = 8
"""Tokens up to which a text is a few words; the two that open and close every text are among them."""
SHORT = 100
"""Characters of the check texts that are tried at each opening: it takes a tenth of a second."""


class Engine(Protocol):
    """Runs the model on the tokens of one text; gives the rows of `LAST` and of `MIDDLE`. Shapes: (tokens, d)."""

    def __call__(self, tokens: Tokens) -> tuple[Matrix, Matrix]: ...


class Full:
    """The exported model, in fp32."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        self._session = session(path / GRAPH, threads)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def __call__(self, tokens: Tokens) -> tuple[Matrix, Matrix]:
        ids = np.array([tokens], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        last, middle = self._session.run([LAST, MIDDLE], {name: feed[name] for name in self._inputs})
        return last[0], middle[0]


class Lean:
    """The model in bytes; in two of them for a text of a few words."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        self._once, self._twice = session(path / LEAN, threads), session(path / LEAN_TWICE, threads)

    def __call__(self, tokens: Tokens) -> tuple[Matrix, Matrix]:
        chosen = self._twice if len(tokens) <= FEW else self._once
        last, middle = chosen.run([LAST, MIDDLE], {"ids": np.array([tokens], dtype=np.int32)})
        return last, middle


def open_engine(
    path: Path, card: dict[str, Any], tokens_of: Callable[[str], Tokens], threads: int
) -> tuple[Engine, str]:
    """Open the lean model in `path` if it is faithful here, else the model in full, with why in words."""
    refused = str(card["lean"].get("refused", ""))
    if not refused:
        lean = Lean(path, threads)
        tried = [at for at, text in enumerate(CHECK_TEXTS) if len(text) < SHORT]
        worst = least(lean, [tokens_of(CHECK_TEXTS[at]) for at in tried], np.load(path / PROOF)[tried])
        if worst >= FAITHFUL:
            return lean, ""
        refused = f"on this processor its vectors agree with the original only to {worst:.4f}."
    return Full(path, threads), refused


def least(engine: Engine, texts: Sequence[Tokens], known: Matrix) -> float:
    """The lowest cosine between an engine's vectors of some texts and known ones; 0 when one is no number."""
    found = np.array([pool(engine(tokens)[0]) for tokens in texts])
    return float(np.nan_to_num((found * known).sum(axis=1)).min())


def pool(rows: Matrix) -> Matrix:
    """Average the tokens of one text and scale to unit length. Shapes: (tokens, d) → (d,)."""
    mean = rows.mean(axis=0)
    unit: Matrix = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return unit


def session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """Open an ONNX file on the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, ["CPUExecutionProvider"])
