"""Statistics agree with the references, and marks never turn a gap in the evidence into a pass."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from evaluation.compare import compare
from evaluation.evidence import Verdict
from evaluation.live import limits
from evaluation.marks import Score, measures, specs, verdict
from evaluation.statistics import (
    agreement,
    bootstrap,
    detectable,
    effect_of_rates,
    effect_size,
    holm,
    mcnemar,
    paired_interval,
    paired_p,
)
from tests.evaluation.made import NOW, record


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_mcnemar_is_the_exact_binomial_test(first: int, second: int) -> None:
    expected = 1.0 if first + second == 0 else binomtest(first, first + second, 0.5).pvalue

    assert mcnemar(first, second) == pytest.approx(expected, abs=1e-9)


def test_holm_corrects_in_steps_and_keeps_the_order() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_holm_never_makes_a_finding_surer(p_values: list[float]) -> None:
    assert all(after >= before and after <= 1 for before, after in zip(p_values, holm(p_values), strict=True))


def test_agreement_is_none_beyond_chance_for_who_always_says_yes() -> None:
    labels = [True, False] * 30

    assert agreement(labels, [True] * 60).kappa == 0
    assert agreement(labels, labels).kappa == 1
    assert agreement(labels, labels).alpha == 1
    assert agreement([True, True, False, False], [True, False, False, False]).kappa == pytest.approx(0.5)


def test_intervals_and_tests_by_resampling_repeat_themselves() -> None:
    values = list(np.random.default_rng(1).normal(0.5, 1, 60))

    assert bootstrap(values) == bootstrap(values)
    assert bootstrap(values)[0] < np.mean(values) < bootstrap(values)[1]
    assert paired_p(values) < 0.05 < paired_p([1.0, -1.0] * 20)
    assert paired_p([0.0] * 9) == 1
    assert effect_size([1.0, 1.0]) == np.inf  # nothing blurs a difference that all share
    assert effect_size([0.0, 0.0]) == 0
    assert effect_of_rates(0.5, 0.5) == 0
    assert effect_of_rates(1.0, 0.0) == pytest.approx(np.pi)  # the largest there is
    assert detectable([0.0] * 100) < detectable([0.0] * 10)


@given(st.lists(st.sampled_from([0.0, 1.0, None]), max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_is_unscored_is_never_a_pass_a_fail_or_part_of_the_mean(values: list[float | None]) -> None:
    found = {one.name: one for one in measures("accuracy", [Score("strict", value) for value in values])}
    known = [value for value in values if value is not None]

    assert found["strict"].n == len(known)
    assert found["strict"].value == (pytest.approx(sum(known) / len(known)) if known else None)
    assert verdict(list(found.values())) is not Verdict.PASS  # the other measures were never scored


def full(value: float, n: int) -> list[Score]:
    return [
        Score(name, value if spec.at_least is not None else 1 - value)
        for name, spec in specs("accuracy").items()
        for _ in range(n)
    ]


@pytest.mark.parametrize(
    ("value", "n", "expected"),
    [
        pytest.param(1.0, 200, Verdict.PASS, id="all right"),
        pytest.param(0.0, 200, Verdict.FAIL, id="all wrong"),
        pytest.param(1.0, 5, Verdict.INSUFFICIENT, id="all right, too few"),
    ],
)
def test_verdicts(value: float, n: int, expected: Verdict) -> None:
    assert verdict(measures("accuracy", full(value, n))) is expected


def test_two_releases_are_compared_case_by_case() -> None:
    before = record("r-1", [True] * 30 + [False, None])
    after = record("r-2", [False] * 12 + [True] * 18 + [True, True], run="2")
    found = compare(before, after)
    change = next(one for one in found.changes if one.measure == "strict")

    assert (change.n, change.better) == (31, False)  # the unscored case is left out
    assert len(found.regressions) == 12
    assert found.flaky == ()
    assert found.regressions[0].why == "does not say “£1”"


def test_a_case_with_two_outcomes_under_one_release_is_named_flaky() -> None:
    assert compare(record("r-1", [True, True]), record("r-1", [True, False])).flaky == ("c-1",)


def test_a_measure_of_one_kind_is_named_after_the_whole_and_has_no_mark_of_its_own() -> None:
    found = {one.name: one for one in measures("privacy", [Score("masked", 1.0), Score("masked_phone", 0.0)])}

    assert (found["masked_phone"].title, found["masked_phone"].mark) == ("Details covered: phone", "")


def test_pairs_that_all_agree_have_an_interval_as_wide_as_their_number_deserves() -> None:
    assert paired_interval([0.0] * 14)[1] == pytest.approx(1.96 / 16, abs=1e-3)
    assert paired_interval([0.0] * 22)[1] < 0.1 < paired_interval([0.0] * 14)[1]


@pytest.mark.parametrize("shares", [(0.0, 0.05), (0.1, 0.1), (0.3, 0.05)])
def test_the_interval_of_paired_differences_holds_the_truth_as_often_as_it_says(shares: tuple[float, float]) -> None:
    worse, better = shares
    drawn = np.random.default_rng(3).choice((-1.0, 1.0, 0.0), (2000, 22), p=(worse, better, 1 - worse - better))
    found = [paired_interval(list(one)) for one in drawn]

    assert sum(low <= better - worse <= high for low, high in found) / len(found) >= 0.93


def test_a_live_figure_outside_its_limits_is_seen_and_a_first_week_is_not_judged() -> None:
    weeks = [(NOW + timedelta(weeks=at), (value, 400)) for at, value in enumerate([0.10, 0.11, 0.09, 0.25])]
    points = limits(weeks, "rate")

    assert [point.is_out for point in points] == [False, False, False, True]
    assert points[1].low is None


@pytest.mark.parametrize(("faults", "is_out"), [(1, False), (2, False), (6, True)])
def test_the_first_fault_after_weeks_without_any_is_no_drift(faults: int, is_out: bool) -> None:
    weeks = [(NOW + timedelta(weeks=at), (value, 120)) for at, value in enumerate([0.0, 0.0, 0.0, 0.0, faults / 120])]

    assert limits(weeks, "rate")[-1].is_out is is_out


def test_a_figure_that_is_no_share_is_held_to_the_weeks_before_it() -> None:
    weeks = [(NOW + timedelta(weeks=at), (value, 120)) for at, value in enumerate([9.0, 9.4, 9.2, 9.3, 12.0])]

    assert [point.is_out for point in limits(weeks, "years")] == [False, False, False, False, True]


def test_a_week_with_few_turns_sets_no_limits() -> None:
    weeks = [(NOW + timedelta(weeks=at), (value, 4)) for at, value in enumerate([0.1, 0.1, 0.1, 0.9])]

    assert not any(point.is_out for point in limits(weeks, "rate"))
