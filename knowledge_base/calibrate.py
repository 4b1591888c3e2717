"""Fit how signals become a score and where the floor lies, and report what that gives.

Run by developers after the guidance or the model changed:
`python -m knowledge_base.calibrate VAR` reports, `python -m knowledge_base.calibrate VAR --fit` also writes the weights;
with `--sparse-only` the weights of guidance with many askings stay, and what tells of sections with few is fitted on top.
The questions are for tuning only. Quality claims rest on the held-back questions of the evaluation, never on these.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from knowledge_base import index
from knowledge_base.calibrate_sparse import OF_SPARSE, with_sparse_part
from knowledge_base.commands import index_root
from knowledge_base.embedding import Embedder, OnnxEmbedder, ensure_model
from knowledge_base.fusion import SPARSE, Calibration, Logistic, Signals, Weights
from knowledge_base.hiding import Once, hidden_searchers
from knowledge_base.nation import detect
from knowledge_base.search import Searcher

FOLDER = Path(__file__).parent / "calibration"
EVALUATION = FOLDER.parents[1] / "evaluation" / "datasets"
"""Its lines marked `tune` are ours to fit on. The held-back lines are never read here."""
SETS = ("retrieval", "out_of_scope", "retrieval_voices", "out_of_scope_voices")
WITH_VECTOR = ("name", "whole", "document", "name_coverage", "bm25", "letters", "opening", "kind", *OF_SPARSE)
WORDS_ONLY = (
    "bm25",
    "name_coverage",
    "letters",
    "opening",
    "kind",
    *(SPARSE + name for name in ("section", "bm25", "name_coverage", "letters")),
)
MESSAGE = {
    WITH_VECTOR: ("best", "name", "coverage", "other", "strange", "length"),
    WORDS_ONLY: ("best", "coverage", "other_words", "length"),
}
REFUSED = {WITH_VECTOR: 0.95, WORDS_ONLY: 0.8}
"""Share of out-of-scope tuning questions that the floor must turn away. Words alone tell less, so finding counts more."""
FLOOR_SCORE = 0.35
"""What the floor is called on the scale from 0 to 1, whatever the raw numbers are."""
SHARE = 0.02
"""Passages less likely than this share of the best say little about what was asked."""
WRONG_KEPT = 15
"""Wrong candidates of a question that the order is learnt from: those that come nearest to being shown."""
ROUNDS = 3
"""A question that names no section teaches by the best section of its document, as the round before ranked it."""
FOLDS = 5
HIDDEN = 0.5
"""From so sparse askings a document counts as hidden."""
LONG = 25
"""Words above which the parts of a message count too."""
JOIN = re.compile(r"(?<=[.!?])\s+|\s+(?=(?:and|but|so|because|then)\s)", re.IGNORECASE)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A tuning question with the documents and sections that answer it; none when it is out of scope."""

    text: str
    documents: frozenset[str] = frozenset()
    headings: frozenset[str] = frozenset()
    topic: str = ""
    """Questions of one topic are fitted on together, or measured together."""
    is_evaluation: bool = False


@dataclass(frozen=True)
class Weighed:
    """A case with its candidates: signals, and whether each has the right section or the right document."""

    case: Case
    signals: Signals
    is_section: NDArray[np.bool_]
    is_document: NDArray[np.bool_]
    among_hidden: bool = False
    """Whether some of the documents that were searched had most of their askings taken away."""

    @property
    def knows(self) -> NDArray[np.bool_]:
        """Which candidates are right: by section where the question names one that was found, else by document."""
        return self.is_section if self.is_section.any() else self.is_document

    def meant(self, likely: Sequence[int]) -> list[int]:
        """Return the likeliest right candidate, if any. An opening answers nothing."""
        is_opening = self.signals.columns["opening"]
        return [at for at in likely if self.knows[at] and (self.is_section[at] or not is_opening[at])][:1]

    @property
    def is_hidden(self) -> bool:
        """Whether the question asks for a document whose askings were taken away."""
        right = self.signals.columns[SPARSE + "section"][self.is_document]
        return bool(len(right)) and float(right.mean()) > HIDDEN

    @property
    def kind(self) -> str:
        """Which report the question belongs to."""
        whose = "the evaluation's questions" if self.case.is_evaluation else "own questions"
        if self.is_hidden:
            return f"{whose}, about guidance whose askings are hidden"
        return f"{whose}, beside hidden guidance" if self.among_hidden else whose


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


def tune_cases(folder: Path = EVALUATION) -> list[Case]:
    """Read the questions of the evaluation that are marked for tuning, and only those."""
    rows = [json.loads(line) for name in SETS for line in _lines(folder / f"{name}.jsonl")]
    return [
        Case(row["text"], frozenset(row.get("relevant", [])), topic=row.get("topic", ""), is_evaluation=True)
        for row in rows
        if row["split"] == "tune"
    ]


def clauses(text: str) -> list[str]:
    """Cut a long message much as the assistant does before it searches."""
    return [part for part in JOIN.split(text) if part.strip()] if len(text.split()) > LONG else []


def weigh(searcher: Searcher, case: Case, embedder: Embedder | None, among_hidden: bool = False) -> Weighed:
    """Gather a case's candidates as the live search would."""
    nation = detect(case.text) or "england"
    parts = clauses(case.text) if embedder else []
    vectors = embedder.embed([case.text, *parts]) if embedder else [None]
    own = [(part, vector) for part, vector in zip(parts, vectors[1:], strict=True) if vector]
    meant, vector, ways = searcher.as_meant(case.text, vectors[0], own, nation)
    signals = searcher.signals(searcher.corpus, meant, vector, nation, ways)
    pieces = [searcher.corpus.chunks[at] for at in signals.places]
    return Weighed(
        case,
        signals,
        np.array([one.document in case.documents and one.heading in case.headings for one in pieces], dtype=bool),
        np.array([one.document in case.documents for one in pieces], dtype=bool),
        among_hidden,
    )


def fit(weighed: Sequence[Weighed], names: tuple[str, ...], base: Weights | None = None) -> Weights:
    """Fit the order of candidates, then whether a message is ours: on guidance as it is. Then the order of what was hidden.

    With a `base` only the last is fitted.
    """
    used = [one for one in weighed if len(one.signals.places)]
    base = base or _fit_base([one for one in used if not one.among_hidden], names)
    order = with_sparse_part(base.order, [one for one in used if one.among_hidden], names)
    return base.model_copy(update={"order": order})


def _fit_base(used: Sequence[Weighed], names: tuple[str, ...]) -> Weights:
    """Fit on guidance as it ships."""
    plain = [name for name in names if not name.startswith(SPARSE)]
    order = Logistic(bias=0, signals=dict.fromkeys(plain, 1.0))
    for _ in range(ROUNDS):
        order = _fit_order(used, plain, order)
    ours = _fit_ours(used, order, MESSAGE[names], REFUSED[names])
    return Weights(order=order, is_ours=ours, floor=FLOOR_SCORE, share=SHARE)


def _fit_order(used: Sequence[Weighed], names: Sequence[str], before: Logistic) -> Logistic:
    """Part the right candidate of each question from the wrong ones that come nearest.

    The slopes are learnt from the differences within each question, so that easy and hard questions count alike; the
    scale and the bias then make a chance of the sum.
    """
    rows, right, apart = [], [], []
    for one in used:
        likely = np.argsort(-before.total(one.signals.columns), kind="stable").tolist()
        meant, wrong = one.meant(likely), [at for at in likely if not one.knows[at]][:WRONG_KEPT]
        table = _table(one, names)
        rows.append(table[[*meant, *wrong]])
        right += [True] * len(meant) + [False] * len(wrong)
        if meant:
            apart.append(table[meant] - table[wrong])
    pairs = np.concatenate(apart)
    sides = np.repeat([True, False], len(pairs))
    model = LogisticRegression(C=3, max_iter=5000, fit_intercept=False).fit(np.concatenate([pairs, -pairs]), sides)
    totals = np.concatenate(rows) @ model.coef_[0]
    scale = LogisticRegression(C=3, max_iter=5000).fit(totals[:, None], right)
    return _rounded(names, model.coef_[0] * scale.coef_[0, 0], float(scale.intercept_[0]))


def _fit_ours(used: Sequence[Weighed], order: Logistic, names: Sequence[str], refused: float) -> Logistic:
    """Part messages that the guidance answers from others; then shift the scale so that the floor has its name."""
    table = np.array([[_message(one, order)[name] for name in names] for one in used])
    inside = np.array([bool(one.case.documents) for one in used])
    middle, width = table.mean(axis=0), table.std(axis=0) + 1e-9
    model = LogisticRegression(max_iter=5000, class_weight="balanced").fit((table - middle) / width, inside)
    slopes = model.coef_[0] / width
    floor = float(np.quantile((table @ slopes)[~inside], refused))
    return _rounded(names, slopes, float(np.log(FLOOR_SCORE / (1 - FLOOR_SCORE))) - floor)


def _message(one: Weighed, order: Logistic) -> dict[str, float]:
    return {**one.signals.message, "best": float(order.total(one.signals.columns).max())}


def _rounded(names: Sequence[str], slopes: Numbers, bias: float) -> Logistic:
    signals = {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}
    return Logistic(bias=round(bias, 4), signals=signals)


def _table(one: Weighed, names: Sequence[str]) -> Numbers:
    return np.stack([one.signals.columns[name] for name in names], axis=1).astype(np.float64)


def check(weighed: Sequence[Weighed], names: tuple[str, ...], base: Weights | None = None) -> dict[str, Report]:
    """Fit on four parts and report on the fifth, five times. Questions of one topic are never on both sides."""
    reports: dict[str, Report] = defaultdict(Report)
    part = _parts(weighed)
    for fold in range(FOLDS):
        weights = fit([one for one, own in zip(weighed, part, strict=True) if own != fold], names, base)
        for one in (one for one, own in zip(weighed, part, strict=True) if own == fold):
            _add(reports[one.kind], one, weights)
    return reports


def _parts(weighed: Sequence[Weighed]) -> list[int]:
    """Deal the topics out to the parts, and questions without a topic one by one, each with all its searches."""
    random = np.random.default_rng(0)
    topics = random.permutation(sorted({one.case.topic for one in weighed} - {""}))
    dealt = {str(topic): at % FOLDS for at, topic in enumerate(topics)}
    single = {one.case.text: int(random.integers(FOLDS)) for one in weighed if not one.case.topic}
    return [single[one.case.text] if not one.case.topic else dealt[one.case.topic] for one in weighed]


def _add(report: Report, one: Weighed, weights: Weights) -> None:
    """Add one question's results, judged as the live search would rank it."""
    ranked = weights.rank(one.signals)
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
    parser.add_argument("--sparse-only", action="store_true", help="leave all but the part for few askings as it is")
    options = parser.parse_args(arguments)
    embedder = Once(OnnxEmbedder(ensure_model(options.var)))
    told = [*cases(), *tune_cases()]
    fitted: dict[str, Any] = {}
    with Searcher.open(index_root(options.var)) as searcher:
        known = index.known_vectors(index_root(options.var), embedder.model_hash)
        searchers = [searcher, *hidden_searchers(searcher.documents, embedder, known)]
        for name, names, given in (("with_vector", WITH_VECTOR, embedder), ("words_only", WORDS_ONLY, None)):
            weighed = [weigh(one, case, given, one is not searcher) for one in searchers for case in told]
            base = getattr(Calibration.fitted(), name) if options.sparse_only else None
            fitted[name] = fit(weighed, names, base).model_dump()
            for whose, report in check(weighed, names, base).items():
                sys.stdout.write("\n".join([f"{name}, {whose}", *report.lines(), ""]))
    if options.fit:
        (FOLDER / "weights.yaml").write_text(yaml.safe_dump(fitted, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
