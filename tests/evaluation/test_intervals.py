"""The Wilson interval agrees with published figures and behaves at the edges."""

import pytest

from evaluation.intervals import wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, table I: 81 of 263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, table I: 15 of 148"),
        pytest.param(0, 20, 0.0000, 0.1611, id="Newcombe 1998, table I: 0 of 20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="Newcombe 1998, table I: 1 of 29"),
    ],
)
def test_agrees_with_published_figures(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=0.00005)


def test_a_perfect_score_still_leaves_doubt() -> None:
    low, high = wilson_interval(20, 20)

    assert low == pytest.approx(0.8389, abs=0.0001)
    assert high == pytest.approx(1.0)


def test_more_lines_leave_less_doubt() -> None:
    few, many = wilson_interval(9, 10), wilson_interval(900, 1000)

    assert many[1] - many[0] < few[1] - few[0]


def test_successes_and_failures_mirror_each_other() -> None:
    low, high = wilson_interval(7, 30)

    assert wilson_interval(23, 30) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 5)])
def test_nothing_measured_is_an_error_and_no_interval(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"got {successes} of {trials}"):
        wilson_interval(successes, trials)
