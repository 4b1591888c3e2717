"""Whatever a message was taken for, no reply says how much of a medicine, or how often."""

from dataclasses import replace

import pytest

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Passage
from assistant.pipeline.doses import advises, without_doses
from tests.assistant.pipeline.fakes import BREAKS, Fakes
from tests.assistant.pipeline.test_answering import Writer

QUESTION = "how do I get a break?"


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
    assert advises(text)


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
    ],
)
def test_other_figures_and_advice_on_whom_to_ask_are_none(text: str) -> None:
    assert not advises(text)


def test_only_the_sentence_with_the_dose_is_left_out() -> None:
    text = "Ask a pharmacist. Give two tablets. They are experts.\n- a chart\n- 5 ml at night\n\nRing 111."
    assert without_doses(text) == "Ask a pharmacist. They are experts.\n- a chart\n\nRing 111."


def passage(text: str, score: float = 0.9) -> Passage:
    return replace(BREAKS, text=text, score=score)


async def test_a_question_whose_nearest_passage_gives_a_dose_is_one_for_a_pharmacist() -> None:
    turn = await Fakes(passages=[passage("Ask 111. Give two tablets.")]).ask(QUESTION)
    assert (turn.outcome, turn.citations, turn.categories) == (Outcome.DECLINED_DOSE, (), ("medication",))


async def test_a_dose_further_down_is_left_out_of_the_answer() -> None:
    further = [passage("Ask 111. Give two tablets.", 0.8), passage("Take 500mg.", 0.7)]
    turn = await Fakes(passages=[BREAKS, *further]).ask(QUESTION)
    assert turn.outcome is Outcome.ANSWERED
    assert [one.text for one in turn.passages] == [BREAKS.text, "Ask 111."]
    assert "tablets" not in turn.reply[0]


async def test_a_draft_with_a_dose_is_never_sent() -> None:
    turn = await Fakes().ask(QUESTION, model=Writer(answer="Ask for a break. She can have two tablets."))
    assert turn.outcome is Outcome.ANSWERED_MODEL_BLOCKED
    assert BREAKS.text in turn.reply[0] and "tablets" not in turn.reply[0]
