"""A complaint about the service is heard in many words; one about somebody else, or a mere word, is not taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline.complaint import is_complaint


@pytest.mark.parametrize(
    "text",
    [
        "I want to complain about you",
        "I wish to complain about how you use my data",
        "I'd like to make a complaint",
        "Id like to make a formal complaint please",
        "we want to raise a complaint about the answer i got",
        "your answers are rubbish, I want to make a complaint",
        "this is a complaint. you gave me the wrong number",
        "This is a formal complaint about my data",
        "I have a complaint about this service",
        "i would like to complain about the way I was treated",
        "I'm making a complaint about the advice you gave",
        "please treat this as a complaint",
        "I really want to complain. Nobody rang me back.",
        "I need to lodge an official complaint against Kith",
        "You told me the wrong figure. I want to complain!",
        "i am complaining about your replies",
        "Please log this as a formal complaint",
    ],
)
def test_a_complaint_is_heard(text: str) -> None:
    assert is_complaint(text)


@pytest.mark.parametrize(
    "text",
    [
        "I want to complain about my social worker",
        "I want to make a complaint about the hospital",
        "I'd like to make a complaint against the care home",
        "how do I complain about the council",
        "who do I ring if I want to complain about you",
        "can I complain about this service?",
        "what happens when I want to make a complaint",
        "My neighbour keeps complaining about the noise my son makes",
        "he complains of chest pain sometimes after dinner",
        "I don't want to complain but I am so tired",
        "I'm not complaining, it is just hard",
        "I don't think I want to complain",
        "mum has a complaint of the kidneys",
        "they said I made a complaint and now they will not help",
        "I made a complaint to the DWP last year, what now?",
        "I am making dinner and he will not eat",
        "I need to make a claim",
        "I want to register as a carer",
        "",
    ],
)
def test_what_is_no_complaint_about_us_is_left_alone(text: str) -> None:
    assert not is_complaint(text)


@given(st.text(max_size=700))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert is_complaint(text) in (True, False)
