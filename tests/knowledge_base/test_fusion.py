"""Rank fusion and the score."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.fusion import Calibration, Signals, Weights, fuse


def test_a_place_that_two_rankings_name_beats_the_first_of_one() -> None:
    assert fuse([[1, 2, 3], [4, 2, 5]], 3) == [2, 1, 4]


@given(st.lists(st.lists(st.integers(0, 30), unique=True), max_size=4), st.integers(0, 12))
def test_fusion_names_each_place_once_and_invents_none(rankings: list[list[int]], most: int) -> None:
    found = fuse(rankings, most)

    assert len(found) == len(set(found)) <= most
    assert set(found) <= {at for ranking in rankings for at in ranking}


def test_candidates_below_the_floor_are_dropped_and_the_rest_fall_in_score() -> None:
    weights = Weights(bias=0, signals={"name": 1.0}, floor=0.5)
    signals = Signals([7, 8, 9], {"name": np.array([-1.0, 0.5, 2.0], dtype=np.float32)}, by_words_only=False)

    ranked = Calibration(with_vector=weights, words_only=weights).rank(signals)

    assert [one.at for one in ranked] == [9, 8]
    assert ranked[0].score > ranked[1].score >= 0.5


def test_the_shipped_weights_have_the_right_signs() -> None:
    fitted = Calibration.fitted()

    assert min(fitted.with_vector.signals[name] for name in ("name", "whole", "name_coverage")) > 0
    assert fitted.with_vector.signals["other"] < 0
    assert fitted.words_only.signals["name_coverage"] > 0
