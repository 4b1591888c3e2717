"""The bench of the rails: what counts as met, and what is said when the yardstick is not there."""

import sys
from pathlib import Path

import pytest

from assistant.benches import rails
from assistant.benches.rails import BARS, Took, messages, report
from assistant.errors import YardstickMissing


def took(words: float, embedding: float, output: float, nemo: tuple[float, ...] = ()) -> Took:
    return Took({name: (ms, ms) for name, ms in zip(BARS, (words, embedding, output), strict=True)}, nemo, 3.0)


def test_each_bar_counts_and_the_ratio_is_of_all_rails_of_a_message() -> None:
    assert took(2, 8, 5).met
    assert not took(2.1, 8, 5).met
    assert not took(2, 8.1, 5).met
    assert not took(2, 8, 5.1).met
    assert took(1, 6, 4, (40.0, 40.0)).ratio == pytest.approx(0.25)
    assert took(1, 6, 4, (40.0, 40.0)).met
    assert not took(1, 6, 4, (39.0, 39.0)).met


def test_a_run_without_the_yardstick_claims_no_ratio() -> None:
    assert "NeMo" not in report(took(1, 6, 4))
    assert "0.25   bar: 0.25" in report(took(1, 6, 4, (40.0, 40.0)))


def test_no_message_is_asked_twice() -> None:
    assert len(set(messages())) == len(messages()) >= 100


def test_a_python_without_the_yardstick_is_told_apart_from_a_result() -> None:
    with pytest.raises(YardstickMissing, match="pip install nemoguardrails"):
        rails._nemo(Path(sys.executable))
