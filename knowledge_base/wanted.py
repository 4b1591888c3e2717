"""Messages that want guidance, to learn from. Developers run what reads them; the service does not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge_base.asked import read_asked
from knowledge_base.calibrate import EVALUATION

SETS = ("accuracy", "retrieval", "retrieval_voices")
"""Sets of the evaluation whose questions guidance answers."""
Wanted = tuple[str, str, str]
"""How a message is known (`asked`: a way of asking that is searched; `told`: a question for tuning), its text and its document."""


def wanted(documents: Path, folder: Path = EVALUATION) -> Iterator[Wanted]:
    """Give the ways of asking of every document, and the questions for tuning. Held-back lines are never read."""
    for path in sorted(documents.glob("*.md")):
        yield from (("asked", text, path.stem) for texts in read_asked(path).values() for text in texts)
    for name in SETS:
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
            yield from _tuned(json.loads(line))


def _tuned(row: dict[str, Any]) -> Iterator[Wanted]:
    right = row.get("relevant") or row.get("cite")
    if row["split"] == "tune" and right:
        yield from (("told", text, right[0]) for text in row.get("turns") or [row["text"]])
