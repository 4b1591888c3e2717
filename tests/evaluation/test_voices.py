"""The question sets by other hands: format, labels, voices, and nothing shared between what is tuned on and what measures."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from knowledge_base.documents import FOLDER

DATASETS = Path(__file__).parents[2] / "evaluation" / "datasets"
COMMON = {"id", "text", "tags", "split", "provenance", "licence"}
FIELDS = {
    "retrieval_voices": COMMON | {"relevant", "nation", "style", "author", "topic"},
    "out_of_scope_voices": COMMON | {"kind"},
}
LEAST = {"retrieval_voices": 200, "out_of_scope_voices": 40}

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (DATASETS / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", FIELDS)
def test_every_line_is_whole_and_each_part_large_enough(name: str) -> None:
    found = rows(name)
    sides = Counter(row["split"] for row in found)

    assert {frozenset(row) for row in found} == {frozenset(FIELDS[name])}
    assert len({row["id"] for row in found}) == len({row["text"].casefold() for row in found}) == len(found)
    assert set(sides) == {"held_back", "tune"}
    assert min(sides.values()) >= LEAST[name]


def test_labels_name_documents_for_the_nation_that_is_asked_about() -> None:
    slugs = {path.stem for path in FOLDER.glob("*.md")}
    for row in rows("retrieval_voices"):
        assert row["topic"] == row["relevant"][0]
        assert 1 <= len(row["relevant"]) <= 3
        assert set(row["relevant"]) <= slugs, row["id"]


def test_every_document_is_asked_about_on_both_sides() -> None:
    for split in ("held_back", "tune"):
        asked = {slug for row in rows("retrieval_voices") if row["split"] == split for slug in row["relevant"]}
        assert {path.stem for path in FOLDER.glob("*.md")} == asked


def test_no_author_writes_on_both_sides() -> None:
    authors = {split: {row["author"] for row in rows("retrieval_voices") if row["split"] == split} for split in
               ("held_back", "tune")}  # fmt: skip

    assert not authors["held_back"] & authors["tune"]
    assert min(map(len, authors.values())) >= 12


def test_no_held_back_question_is_nearly_a_tune_question_of_any_set() -> None:
    every = [row for name in (*FIELDS, "retrieval", "out_of_scope") for row in rows(name)]
    held = [row["text"].casefold() for row in every if row["split"] == "held_back"]
    tune = [row["text"].casefold() for row in every if row["split"] == "tune"]
    alike = process.cdist(held, tune, scorer=fuzz.token_set_ratio, score_cutoff=92.01)

    assert [(held[i], tune[j]) for i, j in np.argwhere(alike > 92)] == []
