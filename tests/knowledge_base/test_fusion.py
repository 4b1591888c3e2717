"""Rank fusion and the score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.fusion import (
    PLAIN_SCORE,
    PLAINLY,
    SPARSE,
    Calibration,
    Logistic,
    Signals,
    Weights,
    fuse,
    with_sparse,
)


def test_a_place_that_two_rankings_name_beats_the_first_of_one() -> None:
    assert fuse([[1, 2, 3], [4, 2, 5]], 3) == [2, 1, 4]


@given(st.lists(st.lists(st.integers(0, 30), unique=True), max_size=4), st.integers(0, 12))
def test_fusion_names_each_place_once_and_invents_none(rankings: list[list[int]], most: int) -> None:
    found = fuse(rankings, most)

    assert len(found) == len(set(found)) <= most
    assert set(found) <= {at for ranking in rankings for at in ranking}


WEIGHTS = Weights(
    order=Logistic(bias=0, signals={"name": 1.0}),
    is_ours=Logistic(bias=0, signals={"best": 1.0, "other": -4.0}),
    floor=0.5,
    share=0.5,
)


def ranked(names: list[float], other: float) -> list[tuple[int, float]]:
    columns = {"name": np.array(names, dtype=np.float32)}
    signals = Signals([7, 8, 9][: len(names)], columns, {"other": other}, by_words_only=False)
    return [(one.at, one.score) for one in Calibration(with_vector=WEIGHTS, words_only=WEIGHTS).rank(signals)]


def test_unlikely_candidates_are_dropped_and_the_rest_fall_in_score() -> None:
    found = ranked([-1.0, 0.5, 2.0], 0.0)

    assert [at for at, _ in found] == [9, 8]
    assert found[0][1] > found[1][1] >= 0.5


def test_a_message_that_looks_like_another_topic_finds_nothing_however_good_its_best_candidate() -> None:
    assert ranked([2.0], 0.4)
    assert ranked([2.0], 0.6) == []


def test_nothing_is_made_of_no_candidates() -> None:
    assert ranked([], 0.0) == []


def test_the_shipped_weights_have_the_right_signs() -> None:
    fitted = Calibration.fitted()

    assert min(fitted.with_vector.order.signals[name] for name in ("name", "bm25", "letters", "name_coverage")) > 0
    assert fitted.with_vector.order.signals["opening"] < 0
    assert min(fitted.with_vector.is_ours.signals[name] for name in ("best", "coverage")) > 0
    assert max(fitted.with_vector.is_ours.signals[name] for name in ("other", "strange")) < 0
    assert min(fitted.words_only.is_ours.signals[name] for name in ("best", "coverage")) > 0


def test_a_section_with_many_askings_is_ranked_without_the_signals_of_those_with_few() -> None:
    columns = {"name": np.array([0.5, 0.8], np.float32), "kind": np.array([1.0, 0.0], np.float32)}
    told = with_sparse(columns, np.array([0.0, 0.5], np.float32))

    assert told[SPARSE + "section"].tolist() == [0.0, 0.5]
    assert told[SPARSE + "name"].tolist() == [0.0, np.float32(0.4)]
    assert SPARSE + "kind" not in told
    assert told["name"].tolist() == columns["name"].tolist()


def test_a_message_like_another_topic_is_ours_where_the_best_section_holds_nearly_every_word() -> None:
    def found(plain: list[float]) -> list[tuple[int, float, bool]]:
        columns = {"name": np.array([2.0, 1.0], np.float32), PLAINLY: np.array(plain, np.float32)}
        signals = Signals([7, 8], columns, {"other": 0.9}, by_words_only=False)
        return [(one.at, one.score, one.is_plain) for one in WEIGHTS.rank(signals)]

    assert found([0, 0]) == []
    assert found([0, 1]) == [], "only the best section counts"
    assert found([1, 0])[0] == (7, pytest.approx(PLAIN_SCORE), True)
