"""Fit how signals become a score and where the floor lies, and report what that gives.

Run by developers after the guidance or the model changed:
`python -m knowledge_base.calibrate VAR` reports, `python -m knowledge_base.calibrate VAR --fit` also writes the weights.
The questions are for tuning only. Quality claims rest on the held-back questions of the evaluation, never on these.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from knowledge_base.commands import index_root
from knowledge_base.embedding import OnnxEmbedder, ensure_model
from knowledge_base.fusion import Calibration, Signals, Weights
from knowledge_base.nation import detect
from knowledge_base.search import Searcher

FOLDER = Path(__file__).parent / "calibration"
WITH_VECTOR = ("name", "whole", "name_coverage", "opening", "other")
WORDS_ONLY = ("bm25", "name_coverage", "opening", "other_words")
REFUSED = {WITH_VECTOR: 0.97, WORDS_ONLY: 0.9}
"""Share of out-of-scope tuning questions that the floor must turn away. Words alone tell less, so finding counts more."""
FLOOR_SCORE = 0.35
"""What the floor is called on the scale from 0 to 1, whatever the raw numbers are."""
FOLDS = 5

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A tuning question with the documents and sections that answer it; none when it is out of scope."""

    text: str
    documents: frozenset[str] = frozenset()
    headings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Weighed:
    """A case with its candidates: signals, and whether each has the right section or the right document."""

    case: Case
    signals: Signals
    is_section: NDArray[np.bool_]
    is_document: NDArray[np.bool_]


@dataclass
class Report:
    """Shares of questions, each from folds that the weights were not fitted on."""

    first_document: list[bool] = field(default_factory=list)
    first_section: list[bool] = field(default_factory=list)
    fifth_document: list[bool] = field(default_factory=list)
    answered: list[bool] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)

    def lines(self) -> Iterable[str]:
        """Say each share with the number of questions behind it."""
        named = {
            "right document first": self.first_document,
            "right section first": self.first_section,
            "right document in five": self.fifth_document,
            "in scope, something found": self.answered,
            "out of scope, nothing found": self.refused,
        }
        for name, told in named.items():
            yield f"{name:28} {100 * sum(told) / max(1, len(told)):5.1f}%  of {len(told)}"


def cases() -> list[Case]:
    """Read the tuning questions."""
    rows = [json.loads(line) for name in ("in_scope", "out_of_scope") for line in _lines(FOLDER / f"{name}.jsonl")]
    return [Case(row["text"], frozenset(row.get("documents", [])), frozenset(row.get("headings", []))) for row in rows]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line.strip()]


def weigh(searcher: Searcher, case: Case, vector: Sequence[float] | None) -> Weighed:
    """Gather a case's candidates as the live search would."""
    nation = detect(case.text) or "england"
    signals = searcher.signals(searcher.corpus, case.text, vector, nation)
    pieces = [searcher.corpus.chunks[at] for at in signals.places]
    return Weighed(
        case,
        signals,
        np.array([one.document in case.documents and one.heading in case.headings for one in pieces], dtype=bool),
        np.array([one.document in case.documents for one in pieces], dtype=bool),
    )


def fit(weighed: Sequence[Weighed], names: tuple[str, ...]) -> Weights:
    """Fit the weights on candidates, then stretch the scale so that the floor is called `FLOOR_SCORE`."""
    used = [one for one in weighed if len(one.signals.places)]
    rows = np.concatenate([_table(one, names) for one in used])
    right = np.concatenate([one.is_section for one in used])
    # Another section of the right document is neither right nor wrong.
    clear = right | ~np.concatenate([one.is_document for one in used])
    model = LogisticRegression(C=10, max_iter=5000).fit(rows[clear], right[clear])
    slopes, bias = model.coef_[0], float(model.intercept_[0])
    best, is_right = (
        np.array(column) for column in zip(*(_best(one, names, slopes, bias) for one in weighed), strict=True)
    )
    inside = np.array([bool(one.case.documents) for one in weighed])
    floor = float(np.quantile(best[~inside], REFUSED[names]))
    scale, shift = _scale(best, is_right, floor)
    signals = {name: round(float(slope * scale), 4) for name, slope in zip(names, slopes, strict=True)}
    return Weights(bias=round(bias * scale + shift, 4), signals=signals, floor=FLOOR_SCORE)


def _scale(best: Numbers, is_right: NDArray[np.bool_], floor: float) -> tuple[float, float]:
    """Return the stretch that makes the best score the chance of a right document, and the shift to the floor's name."""
    finite = np.isfinite(best)
    model = LogisticRegression(C=1e3).fit(best[finite, None], is_right[finite])
    scale = float(model.coef_[0][0])
    return scale, float(np.log(FLOOR_SCORE / (1 - FLOOR_SCORE)) - scale * floor)


def _table(one: Weighed, names: Sequence[str]) -> Numbers:
    return np.stack([one.signals.columns[name] for name in names], axis=1).astype(np.float64)


def _best(one: Weighed, names: Sequence[str], slopes: Numbers, bias: float) -> tuple[float, bool]:
    """Return the best candidate's raw score, and whether its document is right."""
    if not len(one.signals.places):
        return -np.inf, False
    scores = _table(one, names) @ slopes + bias
    return float(scores.max()), bool(one.is_document[int(scores.argmax())])


def check(weighed: Sequence[Weighed], names: tuple[str, ...]) -> Report:
    """Fit on four parts and report on the fifth, five times."""
    report = Report()
    part = np.random.default_rng(0).integers(0, FOLDS, len(weighed))
    for fold in range(FOLDS):
        weights = fit([one for one, own in zip(weighed, part, strict=True) if own != fold], names)
        for one in (one for one, own in zip(weighed, part, strict=True) if own == fold):
            _add(report, one, weights)
    return report


def _add(report: Report, one: Weighed, weights: Weights) -> None:
    """Add one question's results, judged as the live search would rank it."""
    ranked = Calibration(with_vector=weights, words_only=weights).rank(one.signals)
    row = {at: number for number, at in enumerate(one.signals.places)}
    found = [row[each.at] for each in ranked]
    if not one.case.documents:
        report.refused.append(not found)
        return
    report.answered.append(bool(found))
    report.first_document.append(bool(found) and bool(one.is_document[found[0]]))
    report.first_section.append(bool(found) and bool(one.is_section[found[0]]))
    report.fifth_document.append(any(one.is_document[at] for at in found[:5]))


def main(arguments: Sequence[str]) -> None:
    """Report, and with --fit write `calibration/weights.yaml`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("var", type=Path, help="the data folder that `kith guidance load` filled")
    parser.add_argument("--fit", action="store_true", help="write the weights")
    options = parser.parse_args(arguments)
    embedder = OnnxEmbedder(ensure_model(options.var))
    told = cases()
    fitted: dict[str, Any] = {}
    with Searcher.open(index_root(options.var)) as searcher:
        vectors = embedder.embed([case.text for case in told])
        for name, names, given in (
            ("with_vector", WITH_VECTOR, vectors),
            ("words_only", WORDS_ONLY, [None] * len(told)),
        ):
            weighed = [weigh(searcher, case, vector) for case, vector in zip(told, given, strict=True)]
            fitted[name] = fit(weighed, names).model_dump()
            sys.stdout.write("\n".join([name, *check(weighed, names).lines(), ""]))
    if options.fit:
        (FOLDER / "weights.yaml").write_text(yaml.safe_dump(fitted, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
