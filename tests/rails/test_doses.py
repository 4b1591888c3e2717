"""The rail `gives_no_dose`: what says how much of a medicine, or how often, is never sent and never quoted."""

import pytest

from rails import reply_check
from rails.doses import kinds, without


@pytest.mark.parametrize(
    "text",
    [
        "He can have 500mg.",
        "Give 2.5 ml before bed.",
        "Two more tablets will do no harm.",
        "An extra puff, then half a tablet.",
        "Do not give a double dose to catch up.",
        "You may double up on his medicine.",
        "Take the missed dose as soon as you remember.",
        "The usual dose is small.",
        "Paracetamol can be had four times a day.",
        "Leave at least four hours between doses.",
        "Give one in the morning and two at night.",
        "Ten units of fast insulin.",
    ],
)
def test_what_says_how_much_or_how_often_is_advice_on_a_dose(text: str) -> None:
    assert kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Care for 35 hours or more a week.",
        "A care worker can call four times a day.",
        "Park on double yellow lines for 3 hours.",
        "Keep one list of all medicines.",
        "Ask a pharmacist about a missed dose.",
        "Order a week ahead and take two forms of proof.",
        "Give two weeks of notice.",
        "Never stop a medicine suddenly without advice.",
        "Ask the airline about liquids of more than 100ml.",
    ],
)
def test_other_figures_and_advice_on_whom_to_ask_are_none(text: str) -> None:
    assert not kinds(text)


def test_only_the_sentence_with_the_dose_is_left_out() -> None:
    text = "Ask a pharmacist. Give two tablets. They are experts.\n- a chart\n- 5 ml at night\n\nRing 111."
    assert without(text) == "Ask a pharmacist. They are experts.\n- a chart\n\nRing 111."


def test_a_dose_is_refused_even_where_guidance_says_it() -> None:
    text = "Ask a pharmacist. Take the missed dose as soon as you remember."
    found = reply_check.check("What about a missed dose?", text, [text], [])

    assert found.decision == "block"
    assert ("gives_no_dose", "fail") in {(one.rail, str(one.result)) for one in found.verdicts}
