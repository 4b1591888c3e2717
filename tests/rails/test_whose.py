"""Whose danger a message tells of."""

import pytest

from rails import screening
from rails.normalise import words
from rails.whose import is_about_another


@pytest.mark.parametrize(
    "text",
    [
        "she's taken all her tablets",
        "my son says he wants to die and i dont know what to do",
        "I think my brother is going to kill himself. He texted me goodbye",
        "I found Dad with a rope in the garage",
        "im really worried about my friend, she keeps cutting herself",
    ],
)
def test_somebody_elses_danger_is_known(text: str) -> None:
    assert is_about_another(words(text))


@pytest.mark.parametrize(
    "text",
    [
        "i want to die",
        "he hits me every night",
        "Mum died and I can't go on",
        "they would be better off without me",
        "my husband is asleep and I have the tablets in my hand",
        "She has no idea I have been hurting myself",
        "no point any more",
    ],
)
def test_the_writers_own_danger_is_never_told_as_anothers(text: str) -> None:
    assert not is_about_another(words(text))


def test_the_screening_says_so_only_when_there_is_danger() -> None:
    assert "other" in screening.screen("she's taken all her tablets").hints
    assert "other" not in screening.screen("she's taken her tablets at the right time, can I get a break?").hints
    assert "other" not in screening.screen("i have taken all my tablets").hints


def test_what_two_checks_agree_on_comes_first() -> None:
    agreed = (
        screening.Hit("financial_abuse", "urgent", "a rule"),
        screening.Hit("financial_abuse", "urgent", "learnt", score=0.6),
    )
    alone = screening.Hit("scam", "urgent", "learnt", score=0.9)

    assert screening.combine([alone, *agreed], ()).categories == ("financial_abuse", "scam")


def test_of_two_found_once_the_likelier_comes_first() -> None:
    seen = screening.combine(
        [
            screening.Hit("scam", "urgent", "learnt", score=0.6),
            screening.Hit("financial_abuse", "urgent", "learnt", score=0.9),
        ],
        (),
    )

    assert seen.categories == ("financial_abuse", "scam")


def test_the_most_urgent_comes_first_whatever_agrees() -> None:
    hits = [screening.Hit("carer_breakdown", "urgent", name, score=0.9) for name in ("a rule", "learnt")]

    assert (
        screening.combine([*hits, screening.Hit("missing_person", "emergency", "a rule")], ()).categories[0]
        == "missing_person"
    )
