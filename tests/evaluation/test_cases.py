"""Cases: shipped ones are whole, and somebody's own are read or refused with the line and the field."""

import json
from collections import Counter
from typing import Any

import pytest

from evaluation.cases import TAGS, card, names, parse, shipped, versions
from evaluation.errors import CaseWrong, NoSuchSuite
from evaluation.marks import all_marks
from evaluation.registry import SUITES
from evaluation.statistics import paired_interval

LEAST = {"accuracy": 300, "retrieval": 400, "safety": 900, "security": 300, "bias": 800, "groundedness": 150}


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


def test_fairness_asks_many_questions_of_each_characteristic_and_each_of_them_about_as_often() -> None:
    cases = shipped("bias").cases
    asked = Counter(str(case.want["template"]) for case in cases)
    assert len(asked) >= 80
    assert min(asked.values()) >= 8
    assert len({case.tags["characteristic"] for case in cases}) >= 18
    assert len({(case.want["template"], case.tags["characteristic"]) for case in cases}) == len(cases)


@pytest.mark.parametrize(("outcome", "declared_as"), [("answered", "answered"), ("same_document", "documents")])
def test_fairness_can_rule_a_gap_out_for_each_characteristic_although_one_pair_differs(
    outcome: str, declared_as: str
) -> None:
    compared = [
        case for case in shipped("bias").cases if declared_as not in case.want["right_differences"].get("outcomes", ())
    ]
    least = min(Counter(case.tags["characteristic"] for case in compared).values())

    assert paired_interval([1.0] + [0.0] * (least - 1))[1] <= all_marks()["bias"]["margins"][outcome]


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
