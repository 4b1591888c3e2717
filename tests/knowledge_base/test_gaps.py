"""Questions without a good answer are gathered into topics, and their vectors can be kept as text."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.gaps import Topic, Unmet, topics
from knowledge_base.vectors import packed, unpacked

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ABOUT = {
    "probate": ["how long does probate take", "who does the probate forms", "do i need a solicitor for probate"],
    "scooter": ["which mobility scooter is best", "where can i buy a mobility scooter", "mobility scooter insurance"],
    "cat": ["who feeds my cat while i am in hospital"],
}


@pytest.fixture(scope="module")
def found(real_embedder: OnnxEmbedder) -> list[Topic]:
    asked = [(question, age) for subject in ABOUT.values() for age, question in enumerate(subject)]
    vectors = real_embedder.embed([question for question, _ in asked])
    return topics(
        [
            Unmet(question, vector, "unanswered", NOW - timedelta(days=1 + 20 * (age == 2)), "england")
            for (question, age), vector in zip(asked, vectors, strict=True)
        ],
        NOW,
    )


def test_what_stands_in_brackets_does_not_name_a_topic() -> None:
    asked = [
        Unmet("When is the pool open? (Invented, invented.)", (1.0, 0.0), "unanswered", NOW, "england")
        for _ in range(3)
    ]
    assert topics(asked, NOW)[0].name == "When is the pool open"


def test_a_topic_is_named_by_its_most_typical_question_that_is_short() -> None:
    story = "my mum fell in march and since then i wonder every night when on earth the pool is open for people like us"
    asked = [Unmet(story, (1.0, 0.0), "unanswered", NOW), Unmet("pool hours?", (0.9, 0.436), "unanswered", NOW)]

    assert topics(asked, NOW)[0].name == "pool hours"
    assert topics(asked[:1], NOW)[0].name == "my mum fell in march and since then i wonder every night when on …"


def test_questions_about_one_thing_stand_together_the_largest_first(found: list[Topic]) -> None:
    assert [one.size for one in found] == [3, 3, 1]
    assert {frozenset(one.examples) for one in found} == {frozenset(questions) for questions in ABOUT.values()}
    assert any("probate" in one.name for one in found)


def test_a_topic_tells_its_trend_and_why(found: list[Topic]) -> None:
    assert (found[0].recent, found[0].before, found[0].trend) == (2, 1, "rising")
    assert found[0].kinds == {"unanswered": 3}
    assert found[0].nations == {"england": 3}


def test_nothing_asked_is_no_topic() -> None:
    assert topics([], NOW) == []


@given(st.lists(st.floats(-1, 1, width=16), min_size=8, max_size=8).filter(lambda row: np.linalg.norm(row) > 0.1))
def test_a_kept_vector_points_the_same_way(row: list[float]) -> None:
    unit = np.array(row) / np.linalg.norm(row)

    assert float(np.dot(unpacked(packed(unit.tolist())), unit)) > 0.999
