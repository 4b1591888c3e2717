"""What listens beside the embedding model made of a text. Its scores ride on the vectors, in the order of `SENSES`.

The branch is a copy of the model's top four layers, tuned on the exemplars. It runs beside the embedder, in the same
pass; where it is not sure, a second reader (`reader.py`) is asked. When either is missing or changed, the vectors carry nothing
and the models without them decide.
"""

import hashlib
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from rails.danger_policy import CATEGORIES
from rails.learnt import Floats

LABELS = (
    "attack", "abuse", "dose", "diagnosis", "legal", "eligibility", "other_people", "other_service", "off_topic",
    "greeting", "thanks", "goodbye", "about_bot", "feelings", "acknowledge", "human", "harm",
)  # fmt: skip
"""What a message can be besides `none`, an ordinary question. `harm`: help is wanted to deceive, take from, hurt or neglect somebody."""
STOPPED = ("attack", "abuse", "other_people", "off_topic", "harm")
"""Intents that end a turn as not for Kith."""
DANGER = ("danger", *CATEGORIES, "emergency")
SENSES = (*DANGER, "stopped", *LABELS)
"""What the branch scores, each as a log-odds."""
STOP = SENSES.index("stopped")
SAID = [SENSES.index(name, STOP + 1) for name in LABELS]
"""Where the branch's score of each label stands."""
EMPTY: Floats = np.zeros(len(SENSES), dtype=np.float32)
CARD = "senses.json"
FILES = ("senses.onnx", "reader_below.onnx", "reader.onnx")
"""The branch, and the two halves of the second reader: as it came, and tuned."""
BELOW = "second_hidden_state"
"""The branch's input: what the embedder calls the layer that the tuned layers start from."""


def files(folder: Path | None = None) -> list[Path] | None:
    """The shipped branch and both halves of the second reader, or None when one is missing or not as the card says."""
    place = folder or Path(str(resources.files("rails").joinpath("weights")))
    try:
        named = json.loads((place / CARD).read_text(encoding="utf-8"))["sha256"]
        found = digests(place)
    except (OSError, ValueError, KeyError):
        return None
    return [place / name for name in FILES] if found == named else None


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each of `FILES` in a folder, as its card names them. Raises OSError when one is missing."""
    return {name: digest(folder / name) for name in FILES}


def digest(path: Path) -> str:
    """The SHA-256 of a file, read in pieces: one is 50 MB."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of(vectors: Sequence[Sequence[float]]) -> Floats | None:
    """One row of scores a vector; None unless every vector carries a full row of real numbers."""
    rows = [getattr(vector, "senses", ()) for vector in vectors]
    if not rows or any(len(row) != len(SENSES) for row in rows):
        return None
    found = np.asarray(rows, dtype=np.float32)
    return found if np.isfinite(found).all() else None


def kind_of(vectors: Sequence[Sequence[float]]) -> str:
    """Which models can run on these vectors: `words`, `full` or `tuned`."""
    if not len(vectors):
        return "words"
    return "full" if of(vectors) is None else "tuned"
