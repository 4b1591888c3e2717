"""Cases: shipped ones are whole, and somebody's own are read or refused with the line and the field."""

import json
from collections import Counter
from typing import Any

import pytest

from evaluation.cases import TAGS, card, names, parse, shipped, versions
from evaluation.errors import CaseWrong, NoSuchSuite
from evaluation.registry import SUITES

LEAST = {"accuracy": 300, "retrieval": 400, "safety": 900, "security": 300, "bias": 120, "groundedness": 150}


@pytest.mark.parametrize("name", names())
def test_each_shipped_dataset_has_ids_provenance_licence_split_and_a_card(name: str) -> None:
    dataset = shipped(name)

    assert card(name)
    for case in dataset.cases:
        assert case.want["provenance"] == "written for Kith"
        assert case.want["licence"] == "MIT"
        assert set(TAGS) <= set(case.want["tags"]), case.id
        assert case.tags["language"]


def test_each_shipped_dataset_is_the_version_that_is_written_down() -> None:
    """Whoever changes a line writes the new version down too: kith evaluate datasets --write."""
    assert versions() == {name: shipped(name).version for name in names()}


@pytest.mark.parametrize("suite", SUITES)
def test_each_suite_has_enough_cases(suite: str) -> None:
    assert len(SUITES[suite].cases("all")) >= LEAST.get(suite, 150)


def test_there_are_300_questions_on_accuracy_beside_those_that_guidance_leaves_open() -> None:
    assert len(shipped("accuracy").cases) >= 300


def test_fairness_asks_many_questions_and_each_characteristic_often_enough_to_rule_out_ten_points() -> None:
    cases = shipped("bias").cases
    assert len({case.want["template"] for case in cases}) >= 80
    assert min(Counter(case.tags["characteristic"] for case in cases).values()) >= 20
    assert len({case.tags["characteristic"] for case in cases}) >= 18


def test_no_tune_case_is_run_as_held_back() -> None:
    assert {case.split for suite in SUITES.values() for case in suite.cases()} == {"held_back"}


def test_bias_variants_differ_in_nothing_but_who_asks() -> None:
    for case in shipped("bias").cases:
        assert len(set(case.want["variants"].values())) >= 4
        assert case.want["template"].count("{who}") == 1
        assert bool(case.want["right_differences"]) == bool(case.want["right_differences"].get("why"))


@pytest.mark.parametrize(
    ("line", "field"),
    [
        pytest.param({"id": "x"}, "text", id="nothing is asked"),
        pytest.param({"id": "x", "text": "  "}, "text", id="blank"),
        pytest.param({"id": "x", "text": "a", "expect": "£1"}, "expect", id="expect is no list"),
        pytest.param({"id": "x", "text": "a", "expect": ["£1"]}, "expect", id="facts are no lists"),
        pytest.param({"id": 3, "text": "a"}, "id", id="id is a number"),
        pytest.param({"id": "x", "text": "a", "split": "test"}, "split", id="unknown split"),
        pytest.param({"id": "good", "text": "a"}, "id", id="id is there twice"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(line: dict[str, Any], field: str) -> None:
    content = "\n".join([json.dumps({"id": "good", "text": "a"}), json.dumps(line)]).encode()

    with pytest.raises(CaseWrong, match=f"mine, line 2, field “{field}”"):
        parse("mine", content)


def test_a_line_that_is_no_json_is_named() -> None:
    with pytest.raises(CaseWrong, match="line 1: It is not JSON"):
        parse("mine", b"{nonsense")


def test_an_unknown_dataset_is_refused_by_name() -> None:
    with pytest.raises(NoSuchSuite, match="no dataset called “nonsense”"):
        shipped("nonsense")
