"""The held-back and tune question sets: format, labels, spread, split, and grounding in the guidance."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from evaluation.suites.accuracy import NEGATED, flat
from rails.sentences import split

ROOT = Path(__file__).parents[2]
DATASETS = ROOT / "evaluation" / "datasets"
DOCUMENTS = ROOT / "knowledge_base" / "documents"
NATIONS = {"", "england", "wales", "scotland", "northern_ireland"}
ROUGH = {"typos", "text-speak", "rambling", "dialect", "esl", "voice-note"}
STYLES = ROUGH | {"plain", "terse", "older", "young", "formal"}
COMMON = {"id", "tags", "split", "provenance", "licence"}
FIELDS = {
    "retrieval": COMMON | {"text", "relevant", "nation", "style", "topic"},
    "out_of_scope": COMMON | {"text", "kind"},
    "accuracy": COMMON | {"text", "nation", "expect", "forbid", "cite"},
}
MAY_HOLD = {"accuracy": {"polarity", "author"}}
PREFIX = {"retrieval": "ret-", "out_of_scope": "oos-", "accuracy": "acc-"}
LEAST = {"retrieval": (420, 260, 160), "out_of_scope": (140, 70, 70), "accuracy": (740, 430, 300)}

Row = dict[str, Any]
parametrize_sets = pytest.mark.parametrize("name", sorted(FIELDS))


@cache
def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (DATASETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def guidance() -> dict[str, tuple[str, str]]:
    """Each document's front matter and body, by slug."""
    parts = {path.stem: path.read_text(encoding="utf-8").split("\n---\n", 1) for path in DOCUMENTS.glob("*.md")}
    return {slug: (front, body) for slug, (front, body) in parts.items()}


def sections(slug: str) -> list[str]:
    return re.split(r"(?m)^## ", guidance()[slug][1])


def nations(slug: str) -> set[str]:
    found = re.search(r"^nation: \[(.*?)\]", guidance()[slug][0], re.MULTILINE)
    assert found, slug
    return {nation.strip() for nation in found[1].split(",")}


def wording(row: Row) -> str:
    return " ".join(row["turns"]) if "turns" in row else str(row["text"])


def says(phrase: str, text: str) -> bool:
    """Whether the phrase is in the text as whole words, whatever the case, quotes and spacing."""
    plain, sought = (re.sub(r"\s+", " ", part.replace("’", "'").lower()) for part in (text, phrase))
    return re.search(rf"(?<![a-z0-9]){re.escape(sought)}(?![a-z0-9])", plain) is not None


@parametrize_sets
def test_every_line_has_exactly_the_documented_fields(name: str) -> None:
    for row in rows(name):
        fields = set(row) - {"turns"} | ({"text"} if "turns" in row else set())
        assert fields - MAY_HOLD.get(name, set()) == FIELDS[name], row["id"]
        assert not {"turns", "text"} <= set(row), row["id"]
        assert row["split"] in {"held_back", "tune"}
        assert (row["provenance"], row["licence"]) == ("written for Kith", "MIT")
        assert wording(row) == wording(row).strip() != ""


@parametrize_sets
def test_ids_are_unique_and_run_in_order(name: str) -> None:
    assert [row["id"] for row in rows(name)] == [f"{PREFIX[name]}{n:03d}" for n in range(1, len(rows(name)) + 1)]


@parametrize_sets
def test_there_are_enough_lines_on_each_side(name: str) -> None:
    sides = Counter(row["split"] for row in rows(name))
    total, held_back, tune = LEAST[name]
    assert len(rows(name)) >= total
    assert sides["held_back"] >= held_back
    assert sides["tune"] >= tune


@parametrize_sets
def test_no_question_is_asked_twice(name: str) -> None:
    asked = Counter(wording(row).lower() for row in rows(name))
    assert [text for text, times in asked.items() if times > 1] == []


def test_no_held_back_question_is_nearly_a_tune_question() -> None:
    every = [(row["split"], wording(row).lower()) for name in FIELDS for row in rows(name)]
    held = [text for split, text in every if split == "held_back"]
    tune = [text for split, text in every if split == "tune"]
    alike = process.cdist(held, tune, scorer=fuzz.token_set_ratio, score_cutoff=92.01)
    assert [(held[i], tune[j]) for i, j in np.argwhere(alike > 92)] == []


def test_retrieval_labels_name_one_to_three_known_documents() -> None:
    for row in rows("retrieval"):
        assert 1 <= len(row["relevant"]) <= 3, row["id"]
        assert len(set(row["relevant"])) == len(row["relevant"]), row["id"]
        assert set(row["relevant"]) <= set(guidance()), row["id"]
        assert row["topic"] == row["relevant"][0], row["id"]


def test_each_document_is_asked_about_at_least_four_times() -> None:
    asked = Counter(slug for row in rows("retrieval") for slug in row["relevant"])
    assert {slug: asked[slug] for slug in guidance() if asked[slug] < 4} == {}


def test_each_document_is_asked_about_in_the_held_back_part() -> None:
    asked = {slug for row in rows("retrieval") if row["split"] == "held_back" for slug in row["relevant"]}
    assert set(guidance()) - asked == set()


def test_each_document_is_cited_by_an_accuracy_line() -> None:
    assert set(guidance()) - {slug for row in rows("accuracy") for slug in row["cite"]} == set()


def test_a_question_about_a_nation_points_to_guidance_for_that_nation() -> None:
    for row in rows("retrieval"):
        assert row["nation"] in NATIONS
        wrong = [slug for slug in row["relevant"] if row["nation"] and row["nation"] not in nations(slug)]
        assert wrong == [], row["id"]


def test_enough_questions_are_about_the_nations_beyond_england() -> None:
    count = Counter(row["nation"] for row in rows("retrieval"))
    assert count["scotland"] + count["wales"] + count["northern_ireland"] >= 45
    assert min(count["scotland"], count["wales"], count["northern_ireland"]) >= 15


def test_carers_write_in_many_ways() -> None:
    styles = Counter(row["style"] for row in rows("retrieval"))
    assert set(styles) == STYLES
    assert sum(styles[style] for style in ROUGH) / len(rows("retrieval")) >= 0.40


def test_out_of_scope_lines_are_of_a_known_kind() -> None:
    kinds = Counter(row["kind"] for row in rows("out_of_scope"))
    assert set(kinds) == {"off_topic", "other_service", "no_guidance"}
    assert min(kinds.values()) >= 40


def test_about_half_of_out_of_scope_is_held_back() -> None:
    held_back = sum(row["split"] == "held_back" for row in rows("out_of_scope"))
    assert 0.45 <= held_back / len(rows("out_of_scope")) <= 0.55


def test_no_out_of_scope_line_is_also_labelled_as_answered() -> None:
    answered = {wording(row).lower() for name in ("retrieval", "accuracy") for row in rows(name)}
    assert {wording(row).lower() for row in rows("out_of_scope")} & answered == set()


@pytest.mark.parametrize("side", ["held_back", "tune"])
def test_the_authors_of_each_side_of_accuracy_ask_about_every_document(side: str) -> None:
    asked = {slug for row in rows("accuracy") if row["split"] == side and "author" in row for slug in row["cite"]}
    assert set(guidance()) - asked == set()


def test_no_author_of_accuracy_writes_on_both_sides() -> None:
    named = [row for row in rows("accuracy") if "author" in row]
    held, tune = ({row["author"] for row in named if row["split"] == side} for side in ("held_back", "tune"))
    assert not held & tune
    assert min(len(held), len(tune)) >= 10


def test_accuracy_holds_follow_ups_of_two_turns() -> None:
    chats = [row["turns"] for row in rows("accuracy") if "turns" in row]
    assert len(chats) >= 25
    assert {len(turns) for turns in chats} == {2}


def test_accuracy_phrases_are_short_and_never_a_bare_yes_or_no() -> None:
    for row in rows("accuracy"):
        phrases = [phrase for group in row["expect"] for phrase in group] + row["forbid"]
        assert row["expect"], row["id"]
        assert all(row["expect"]), row["id"]
        assert not {phrase.lower() for phrase in phrases} & {"yes", "no", "not", "can", "cannot"}, row["id"]
        assert all(2 <= len(phrase) <= 90 for phrase in phrases), row["id"]


def test_every_expected_fact_is_in_one_section_of_a_cited_document() -> None:
    for row in rows("accuracy"):
        assert set(row["cite"]) <= set(guidance()), row["id"]
        read = [section for slug in row["cite"] for section in sections(slug)]
        met = any(all(any(says(p, section) for p in group) for group in row["expect"]) for section in read)
        assert met, (row["id"], row["expect"])


def test_a_yes_or_no_question_is_settled_by_a_sentence_of_the_guidance() -> None:
    """The sentence that holds the expected fact is negated exactly when no is right: what the measure relies on."""
    asked = [row for row in rows("accuracy") if "polarity" in row]
    assert Counter(row["polarity"] for row in asked)["yes"] >= 5
    assert len(asked) >= 40
    for row in asked:
        told = [flat(one) for slug in row["cite"] for section in sections(slug) for one in split(section)]
        holding = [one for one in told if any(says(way, one) for way in row["expect"][0])]
        assert any(bool(NEGATED.search(one)) is (row["polarity"] == "no") for one in holding), row["id"]


def test_no_forbidden_phrase_is_in_a_cited_document() -> None:
    for row in rows("accuracy"):
        body = "\n".join(guidance()[slug][1] for slug in row["cite"])
        assert [phrase for phrase in row["forbid"] if says(phrase, body)] == [], row["id"]


def test_a_line_on_a_nation_cites_guidance_for_that_nation() -> None:
    for row in rows("accuracy"):
        assert row["nation"] in NATIONS
        assert not row["nation"] or any(row["nation"] in nations(slug) for slug in row["cite"]), row["id"]


@parametrize_sets
def test_the_data_card_counts_are_true(name: str) -> None:
    sides = Counter(row["split"] for row in rows(name))
    card = (DATASETS / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}.jsonl` | {len(rows(name))} | {sides['held_back']} | {sides['tune']} |" in card


@pytest.mark.parametrize("name", ["retrieval", "retrieval_voices"])
def test_a_question_is_labelled_with_a_nation_that_its_right_documents_serve(name: str) -> None:
    for row in (json.loads(line) for line in (DATASETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()):
        served = {nation for document in row["relevant"] for nation in nations(document)}
        assert (row["nation"] or "england") in served, row["id"]
