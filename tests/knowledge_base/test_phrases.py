"""Phrases as an owner writes them in a word list."""

import pytest

from knowledge_base.phrases import after, anywhere, before, word_list


@pytest.mark.parametrize(
    ("phrase", "text", "is_met"),
    [
        ("move/moved from", "we moved from Leeds", True),
        ("move/moved from", "we removed from Leeds", False),
        ("prince/duke of (the) wales/west", "the Duke of Wales", True),
        ("dvla (in/at) swansea", "dvla swansea", True),
        ("(new/great) scotland yard", "scotland yard", True),
        ("welsh corgi*", "two Welsh corgis", True),
        ("welsh corgi*", "a welsh corg", False),
        ("called *", "a dog called Wales", True),
        ("moved ... from", "moved up here last year from", True),
        ("moved ... from", "moved one two three four five six from", False),
        ("port_talbot steelworks", "Port  Talbot steelworks", True),
    ],
)
def test_a_phrase_means_what_it_says(phrase: str, text: str, is_met: bool) -> None:
    assert bool(anywhere([phrase]).search(text)) is is_met


def test_phrases_stand_before_or_after_a_place() -> None:
    assert before(["live in"], ["the", "north"]).search("we live in the north ")
    assert not before(["live in"], ["the"]).search("we live in a ")
    assert after(["road"]).match("Cardiff Road", 7)


def test_every_phrase_of_the_owned_list_is_one() -> None:
    for key, phrases in word_list("nation_words.yaml").items():
        if isinstance(phrases, list):
            assert all(isinstance(one, str) for one in phrases), key
            assert anywhere(phrases).pattern
