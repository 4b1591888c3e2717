"""Runs and turns made up for tests that need no assistant."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from evaluation.cases import Case
from evaluation.evidence import Verdict
from evaluation.marks import Score, measures, verdict
from evaluation.runs import Record
from evaluation.seen import Seen
from evaluation.suite import CaseResult

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def seen(reply: str = "Here it is.\n\nSource: A page (checked 1 May 2026). https://www.gov.uk/x", **given: Any) -> Seen:
    """A finished turn; an answer from the document `a` unless told otherwise."""
    return Seen(**{"reply": reply, "outcome": "answered", "cited": ("a",), **given})


def case(**want: Any) -> Case:
    """A case of one message."""
    return Case(want.pop("id", "c-1"), ("How much is it?",), want, want.pop("dataset", "accuracy"))


def record(
    release: str, right: Sequence[bool | None], run: str = "1", suite: str = "accuracy", at: datetime = NOW
) -> Record:
    """A run of an accuracy suite in which each case came out right, wrong or unscored."""
    results = tuple(
        CaseResult(
            Case(f"c-{number}", ("How much is it?",), {"expect": [["£1"]]}, suite),
            (seen("It is £1." if ok else "It is £2."),),
            (Score("strict", None if ok is None else float(ok), "" if ok else "does not say “£1”"), Score("ran", 1.0)),
        )
        for number, ok in enumerate(right)
    )
    found = measures(suite, (score for result in results for score in result.scores))
    facts = {"cases": len(results), "failed": sum(ok is False for ok in right), "scores_hash": "0" * 64, "datasets": {},
             "code": {}, "machine": {}, "seed": 7}  # fmt: skip
    return Record(
        run * 32, "b" * 32, suite, release, Verdict(verdict(found)), True, tuple(found), facts, results, at, at
    )
