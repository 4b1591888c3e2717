"""Likeness by letters."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.letters import NOT_LETTERS, SIZES, Letters

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


def runs(text: str) -> Counter[str]:
    """The definition, letter by letter."""
    words = [f" {word} " for word in NOT_LETTERS.sub(" ", text.casefold().replace("’", "'").replace("'", "")).split()]
    return Counter(word[at : at + size] for word in words for size in SIZES for at in range(len(word) - size + 1))


@given(
    names=st.lists(st.text("abcd '’\n£3-é", max_size=14), min_size=1, max_size=6),
    asked=st.text("abcd £'3", max_size=10),
)
def test_likeness_is_the_cosine_of_weighted_runs(names: list[str], asked: str) -> None:
    held = Counter(run for name in names for run in runs(name))
    held = Counter({run: sum(run in runs(name) for name in names) for run in held})

    def weighed(text: str) -> dict[str, float]:
        raw = {
            run: (1 + math.log(count)) * (math.log((1 + len(names)) / (1 + held[run])) + 1)
            for run, count in runs(text).items()
            if run in held
        }
        length = math.sqrt(sum(one * one for one in raw.values())) or 1.0
        return {run: one / length for run, one in raw.items()}

    ask = weighed(asked)
    right = [sum(weight * ask.get(run, 0) for run, weight in weighed(name).items()) for name in names]
    assert Letters(names).likeness(asked).tolist() == pytest.approx(right, abs=1e-5)


@given(
    before=st.lists(st.sampled_from([*NAMES, "Respite", "Respite care"]), max_size=8),
    names=st.lists(st.sampled_from([*NAMES, "Respite", "A break"]), min_size=1, max_size=8),
)
def test_what_an_index_before_counted_is_taken_over_without_a_difference(before: list[str], names: list[str]) -> None:
    anew, carried = Letters(names), Letters(names, Letters(before))
    for asked in ("herbet protocal", "respit care", "a brake"):
        assert carried.likeness(asked).tolist() == anew.likeness(asked).tolist()
