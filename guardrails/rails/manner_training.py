"""Make the weights of the manner model from invented sentences. Run by developers; the service only reads the result.

    python -m rails.manner_training FOLDER_OF_GUIDANCE

Unkind and kind sentences stand in `exemplars/replies`, drafts marked for tuning too. Guidance counts as fine, with less
weight because there is so much of it. Drafts marked for checking are never learnt from.
"""

import json
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from rails.features import SIZE, indices
from rails.manner_model import WEIGHTS
from rails.reply_text import sentences, tokens

HERE = Path(__file__).parent
EXEMPLARS = HERE / "exemplars" / "replies"
WEIGHT_OF_GUIDANCE = 0.35
STRENGTH = 30.0
"""Inverse of the penalty on large weights; chosen on the tuning drafts."""
MANNERS = frozenset((EXEMPLARS / "kinds_of_manner.txt").read_text(encoding="utf-8").split())
"""Kinds of bad draft that show in a sentence's manner, without its passages."""


def train(guidance: Path, into: Path = HERE / WEIGHTS) -> int:
    """Fit the model and write its weights; return how many sentences were learnt from."""
    bad = [*_lines("unkind.txt"), *_drafts("block")]
    fine = [*_lines("kind.txt"), *_drafts("allow")]
    known = [one for file in sorted(guidance.glob("*.md")) for one in sentences_of(file)]
    target = [1] * len(bad) + [0] * (len(fine) + len(known))
    weight = [1.0] * (len(bad) + len(fine)) + [WEIGHT_OF_GUIDANCE] * len(known)
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(table([*bad, *fine, *known]), target, sample_weight=weight)
    keep(model, into)
    return len(target)


def keep(model: LogisticRegression, into: Path, cut: float = 0.0) -> None:
    """Write the weights, then the bias, moved so that the model's cut stands at 0."""
    values = array("f", [round(float(value), 3) for value in model.coef_[0]])
    values.append(float(model.intercept_[0]) - cut)
    into.write_bytes(values.tobytes())


def _lines(file: str) -> Iterator[str]:
    for line in (EXEMPLARS / file).read_text(encoding="utf-8").splitlines():
        if line.strip() and line[0] not in "#[":
            yield line.strip()


def _drafts(want: str) -> Iterator[str]:
    """Sentences of the tuning drafts; of bad ones only those of a single sentence, which is then surely the bad one."""
    for line in (EXEMPLARS / "drafts.jsonl").read_text(encoding="utf-8").splitlines():
        draft = json.loads(line)
        if draft["author"] != "tune" or draft["want"] != want:
            continue
        found = sentences(draft["reply"])
        if want == "allow" or (len(found) == 1 and draft["kind"] in MANNERS):
            yield from found


def sentences_of(file: Path) -> Iterator[str]:
    """Give the sentences of a document of guidance, but for the shortest."""
    body = file.read_text(encoding="utf-8").split("---\n", 2)[-1]
    yield from (one for one in sentences(body) if len(one) > 20)


def table(texts: list[str]) -> Any:
    """Return one row of features a text, each of length 1."""
    rows = [indices(tokens(text)) for text in texts]
    ends = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), len(row) ** -0.5) for row in rows])
    return csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), SIZE))


if __name__ == "__main__":
    sys.stdout.write(f"learnt from {train(Path(sys.argv[1]))} sentences\n")
