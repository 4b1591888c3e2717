"""Who a carer is does not change what they are told."""

import pytest

from assistant.pipeline.about_me import question_in


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("I am deaf and BSL is my first language. How do I get a break?", "How do I get a break?"),
        ("I'm a Muslim woman, what help is there with council tax?", "what help is there with council tax?"),
        ("As a wheelchair user, can I get a Blue Badge?", "can I get a Blue Badge?"),
        ("Can I get a Blue Badge? I'm a trans man by the way.", "Can I get a Blue Badge?"),
        ("I'm gay and I look after my husband. Can I get a break?", "I look after my husband. Can I get a break?"),
        ("im from a traveller family, how do i get a gp", "how do i get a gp"),
        ("I am 81. How do I get an assessment?", "How do I get an assessment?"),
        ("I have no religion. Who washes my dad?", "Who washes my dad?"),
        ("We don't believe in God. Can I get a break?", "Can I get a break?"),
        ("I came here as a refugee. Can I get a break?", "Can I get a break?"),
        ("I was born here. Can I get a break?", "Can I get a break?"),
        ("We fled the war and I look after my uncle. Can I get a break?", "I look after my uncle. Can I get a break?"),
    ],
)
def test_what_a_carer_says_of_themselves_is_not_looked_up(message: str, asked: str) -> None:
    assert question_in(message) == asked


@pytest.mark.parametrize(
    "message",
    [
        "I am 16. How do I get an assessment?",
        "I'm tired. What now?",
        "I'm his wife. Can I claim?",
        "I am working 20 hours. Can I claim?",
        "I'm 71 on a full State Pension. Any point in claiming?",
        "I am on PIP. Can I claim?",
        "I'm caring for a deaf man. Who can interpret?",
        "I am autistic",
        "I have dementia to deal with at home. Who can help?",
        "",
    ],
)
def test_needs_plights_ages_of_the_young_and_bare_statements_stay(message: str) -> None:
    assert question_in(message) == message
