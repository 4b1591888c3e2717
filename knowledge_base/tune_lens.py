"""Learn the lens from the guidance's own askings. Run by developers after many askings or the model changed.

`python -m knowledge_base.tune_lens VAR` learns it and writes `calibration/lens.npy`; then fit the weights anew with
`python -m knowledge_base.calibrate VAR --fit`. Each asking must find its section among all others while it is itself
left out; each topic that is not ours must find another such topic. Only this file imports torch, and only to learn.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from knowledge_base.calibrate import FOLDER
from knowledge_base.commands import index_root
from knowledge_base.lens import FILE
from knowledge_base.nation import NATIONS
from knowledge_base.records import Vectors
from knowledge_base.search import Searcher

ROUNDS, BATCH, STEP = 16, 256, 1e-3
SHARPNESS = 20.0
"""How much a difference of cosines says at the start; it is learnt too."""
REIN = 10.0
"""Keeps the lens near plain glass: askings of one writer must not pull it far."""


@dataclass(frozen=True)
class Lesson:
    """One text with what it must find. `place` is its own record, left out of the search."""

    vector: Sequence[float]
    place: int
    right: int
    """A chunk, or the number of chunks for "not ours"."""
    nation: str


@dataclass(frozen=True)
class Room:
    """Everything that may be found, as tensors. Shapes: rows (n, d), owner (n,), allowed by nation (chunks + 1,)."""

    rows: Any
    owner: Any
    count: int
    allowed: dict[str, Any]

    def scores(self, asked: Any, lens: Any, left_out: Sequence[int]) -> Any:
        """Return the cosine of each asked text to the nearest record of each chunk, and of "not ours"."""
        turned = torch.nn.functional.normalize(asked @ lens, dim=1)
        near = turned @ torch.nn.functional.normalize(self.rows @ lens, dim=1).T
        near = near.index_put((torch.arange(len(asked)), torch.tensor(left_out)), torch.tensor(-1.0))
        empty = torch.full((len(asked), self.count + 1), -1.0)
        return empty.scatter_reduce(1, self.owner.expand(len(asked), -1), near, "amax")


def room_of(searcher: Searcher, vectors: Vectors) -> Room:
    """Lay out all records: names, wholes, other topics."""
    count = len(searcher.corpus.chunks)
    names = np.repeat(np.arange(count), np.diff(np.append(vectors.starts, len(vectors.names))))
    owner = np.concatenate([names, np.arange(count), np.full(len(vectors.others), count)])
    allowed = {}
    for nation in NATIONS:
        mask = torch.zeros(count + 1, dtype=torch.bool)
        mask[[*sorted(searcher.allowed(nation)), count]] = True
        allowed[nation] = mask
    rows = torch.tensor(np.vstack([vectors.names, vectors.wholes, vectors.others]))
    return Room(rows, torch.tensor(owner), count, allowed)


def lessons(searcher: Searcher, vectors: Vectors, room: Room) -> list[Lesson]:
    """Gather what to learn from: the askings and the other topics. The tuning questions stay unseen: they fit the weights."""
    found = []
    own = {document.slug: document.nations for document in searcher.documents}
    openings = set(vectors.starts.tolist())
    for place in range(len(vectors.names)):
        at = int(room.owner[place])
        if place not in openings:
            found.append(Lesson(vectors.names[place], place, at, own[searcher.corpus.chunks[at].document][0]))
    first = len(vectors.names) + len(vectors.wholes)
    return [*found, *(Lesson(row, first + at, room.count, "england") for at, row in enumerate(vectors.others))]


def learn(room: Room, told: Sequence[Lesson]) -> Any:
    """Return the lens, shape (d, d)."""
    torch.manual_seed(0)
    size = room.rows.shape[1]
    bend = torch.zeros(size, size, requires_grad=True)
    sharp = torch.tensor(float(np.log(SHARPNESS)), requires_grad=True)
    steps = torch.optim.Adam([bend, sharp], lr=STEP)
    for _ in range(ROUNDS):
        order = torch.randperm(len(told)).tolist()
        for start in range(0, len(order), BATCH):
            batch = [told[at] for at in order[start : start + BATCH]]
            loss = _loss(room, batch, torch.eye(size) + bend, sharp.exp()) + REIN * (bend**2).sum() / size
            steps.zero_grad()
            loss.backward()
            steps.step()
    return (torch.eye(size) + bend).detach()


def _loss(room: Room, batch: Sequence[Lesson], lens: Any, sharp: Any) -> Any:
    """Return how unlikely the right chunks are among all that the nation may see."""
    asked = torch.tensor(np.array([one.vector for one in batch], dtype=np.float32))
    totals = sharp * room.scores(asked, lens, [one.place for one in batch])
    totals = totals.masked_fill(~torch.stack([room.allowed[one.nation] for one in batch]), -1e4)
    return torch.nn.functional.cross_entropy(totals, torch.tensor([one.right for one in batch]))


def main(var: Path) -> None:
    """Learn from the index under `var` and write the lens in half precision."""
    with Searcher.open(index_root(var)) as searcher:
        vectors = searcher.unturned()
        room = room_of(searcher, vectors)
        told = lessons(searcher, vectors, room)
        lens = learn(room, told)
    np.save(FOLDER.parent / FILE, lens.numpy().astype(np.float16))
    sys.stdout.write(f"learnt from {len(told)} texts\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
