"""The bench of the harness: what it measures is counted, and each bar can be missed."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.benches.rig import share
from assistant.settings import Settings
from evaluation.bench import Took, measure, report, thousand

FINE = Took(cases=1000, seconds=40.0, cpu_ms=20.0, harness_ms=0.5, memory_mb=600.0, is_repeatable=True)


def test_a_thousand_different_questions_are_asked_and_each_is_scored() -> None:
    cases = thousand(1000).cases

    assert len({case.id for case in cases}) == 1000
    assert all(case.want.get("expect") or case.dataset.startswith("out_of_scope") for case in cases)


@pytest.mark.parametrize(
    "worse",
    [{"seconds": 61.0}, {"harness_ms": 2.6}, {"memory_mb": 1100.0}, {"is_repeatable": False}],
)
def test_each_bar_can_be_missed(worse: dict[str, float]) -> None:
    assert FINE.is_within
    assert not replace(FINE, **worse).is_within


async def test_the_bench_runs_and_the_harness_is_within_its_bar(tmp_path: Path, shared_var: Path) -> None:
    share(tmp_path / "var", shared_var)
    took = await measure(Settings(environment="test", var=tmp_path / "var"), 12)

    assert took.cases == 12 and took.is_repeatable
    assert 0 < took.harness_ms < took.cpu_ms
    assert "bar 2.5 ms" in report(took)
