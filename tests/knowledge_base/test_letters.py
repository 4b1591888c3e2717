"""Likeness by letters."""

import pytest

from knowledge_base.letters import Letters

NAMES = [
    "What is the Herbert Protocol?",
    "Who can help with incontinence?",
    "How do I become an appointee?",
    "Blue Badge",
]


@pytest.mark.parametrize(
    ("text", "at"),
    [("herbet protocal", 0), ("contenance nurse", 1), ("apointee", 2), ("bleu badge", 3), ("BLUE BADGE", 3)],
)
def test_a_misspelt_word_is_nearest_to_what_was_meant(text: str, at: int) -> None:
    assert int(Letters(NAMES).likeness(text).argmax()) == at


def test_the_same_words_are_wholly_alike_and_strange_ones_not_at_all() -> None:
    index = Letters(NAMES)

    assert index.likeness("blue badge")[3] == pytest.approx(1.0, abs=1e-5)
    assert not index.likeness("zzzz 77").any()
    assert not index.likeness("").any()
