"""Vectors kept while an index is being built, so that a build that was killed goes on where it stopped."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge_base.embedding import Embedder, Matrix
from knowledge_base.files import text_hash

PART = 512
"""Texts embedded before they are put on the disk."""
FOLDER = ".harvest-"


class Harvest:
    """The vectors of one unfinished build, in parts. Only the one builder writes here; a finished build clears it away."""

    def __init__(self, root: Path, model_hash: str) -> None:
        self._folder = root / f"{FOLDER}{model_hash[:16]}"

    def known(self) -> dict[str, Matrix]:
        """Return the vectors of every whole part, by the hash of their text."""
        found: dict[str, Matrix] = {}
        for path in sorted(self._folder.glob("*.npz")):
            with np.load(path) as part:
                found.update(zip(part["hashes"].tolist(), part["rows"], strict=True))
        return found

    def gather(self, texts: Sequence[str], embedder: Embedder) -> dict[str, Matrix]:
        """Embed texts and return their vectors by hash. A few texts are not worth keeping on the way."""
        found: dict[str, Matrix] = {}
        by_length = sorted(texts, key=len)
        for start in range(0, len(by_length), PART):
            part = by_length[start : start + PART]
            hashes, rows = [text_hash(text) for text in part], np.array(embedder.embed(part), dtype=np.float32)
            found.update(zip(hashes, rows, strict=True))
            if len(by_length) > PART:
                self._keep(hashes, rows)
        return found

    def _keep(self, hashes: list[str], rows: Matrix) -> None:
        """Write one part under a working name first: a part with its name is whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        building = self._folder / "building"
        with building.open("wb") as file:
            np.savez(file, hashes=np.array(hashes), rows=rows)
        building.replace(self._folder / f"{hashes[0]}.npz")
