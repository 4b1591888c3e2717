"""All vectors of a built version in two plain files, so that guidance of a council's size is searched without Chroma."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge_base.embedding import Matrix
from knowledge_base.records import Marks

ROWS = "vectors.npz"
"""Whose each vector is."""
NUMBERS = "vectors.npy"
"""The vectors. A process that reads them leaves them on the disk until they are needed."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Each record's vector, chunk and text hash, in the records' order."""

    rows: Matrix
    owners: NDArray[np.intp]
    hashes: Sequence[str]
    model: str = ""
    """The hash of the model that made them; empty in files of an older Kith."""
    edits: int = 0
    """Texts that came into Chroma's folder or collection, or went out of use, since it was written whole."""
    source: str = ""
    """The version whose Chroma folder is taken over by whoever opens this one first; empty when it has its own."""
    home: str = ""
    """The version under whose name they stand on a Chroma server; empty in a folder."""

    @classmethod
    def of(cls, marks: Marks, known: Mapping[str, Matrix], model: str, before: "Rows | None" = None) -> Self:
        """Return the rows of these records: those that `before` holds from there, the vectors of all others are `known`."""
        held = before.places() if before else {}
        at = np.array([held.get(one, -1) for one in marks.hashes], dtype=np.intp)
        if before is None or not (at >= 0).any():
            rows = np.stack([known[one] for one in marks.hashes])
        else:
            rows = before.rows[at]
            for place in np.flatnonzero(at < 0).tolist():
                rows[place] = known[marks.hashes[place]]
        return cls(rows, marks.owners, marks.hashes, model)

    @classmethod
    def read(cls, version: Path) -> Self:
        """Read those of a built version. Raises `OSError`, `ValueError`."""
        try:
            with np.load(version / ROWS, allow_pickle=False) as kept:
                told = {name: kept[name].item() for name in ("model", "edits", "source", "home") if name in kept}
                older = kept.get("rows")
                owners, hashes = kept["owners"], kept["hashes"].astype(np.str_).tolist()
        except (BadZipFile, KeyError, EOFError) as error:
            raise ValueError(ROWS) from error
        rows = np.load(version / NUMBERS, mmap_mode="r", allow_pickle=False) if older is None else older
        return cls(rows, owners, hashes, **told)

    def save(self, version: Path) -> None:
        """Write them into a version's folder."""
        hashes = np.array(self.hashes, dtype=np.bytes_)
        told = {"model": np.array(self.model), "edits": np.array(self.edits)}
        told |= {"source": np.array(self.source), "home": np.array(self.home)}
        np.save(version / NUMBERS, self.rows)
        np.savez(version / ROWS, allow_pickle=False, owners=self.owners, hashes=hashes, **told)

    def places(self) -> dict[str, int]:
        """Return where a row of each text stands, by its hash."""
        return {one: at for at, one in enumerate(self.hashes)}

    def known(self) -> dict[str, Matrix]:
        """Return the vectors by the hash of their text."""
        return dict(zip(self.hashes, self.rows, strict=True))

    def guidance(self) -> dict[str, int]:
        """Return where a row of each text of the guidance stands, by the hash that is its id in Chroma."""
        return {self.hashes[at]: at for at in np.flatnonzero(self.owners >= 0).tolist()}
