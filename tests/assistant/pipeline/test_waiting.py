"""A carer who waits for a person, one who goes on in another language, one who tells a long story."""

import pytest

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Exchange, Heard, Past, Turn
from assistant.pipeline.about_me import question_in
from assistant.pipeline.language import OfferInterpreter
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from rails import languages
from tests.assistant.pipeline.fakes import Fakes


@pytest.mark.parametrize("text", ["how long will they be", "nobody came", "I can't wait", "when?", "still waiting"])
async def test_who_waits_for_a_person_gets_an_apology_and_is_asked_for_again(text: str) -> None:
    turn = await Fakes().ask("HUMAN", text)
    assert turn.outcome is Outcome.COMMAND_HUMAN and "sorry that you are still waiting" in turn.reply[0]
    assert turn.escalation and turn.escalation.reason == "asked_for_person"


@pytest.mark.parametrize("text", ["i asked for a person yesterday", "ive been waiting for someone for 3 days"])
async def test_who_asked_long_ago_is_heard_in_a_new_chat(text: str) -> None:
    assert "still waiting" in (await Fakes().ask(text)).reply[0]


@pytest.mark.parametrize("text", ["how long does an assessment take", "when is carers allowance paid"])
async def test_other_questions_about_time_are_questions(text: str) -> None:
    assert (await Fakes().ask("How do I get a break?", text)).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("text", "stays"),
    [("tak", True), ("ja", True), ("dziękuję", False), ("yes please", False), ("how do i get help", False)],
)
async def test_a_few_words_after_another_language_are_that_language_unless_they_are_english(
    text: str, stays: bool
) -> None:
    offer = {"pl": "Przepraszam"}
    wording = Wording.load(Settings().guidance_values)
    step = OfferInterpreter(languages.detect, lambda code: offer.get(code, ""), wording, languages.may_go_on)
    before = Exchange("Potrzebuję pomocy z mamą", "Przepraszam", Outcome.DECLINED_LANGUAGE.value)
    turn = await step(Turn((Heard(text),), Past((before,))))
    assert (turn.outcome is Outcome.DECLINED_LANGUAGE) is stays
    assert not stays or turn.reply == ("Przepraszam",)


STORY = "I have looked after my mother since 2019 when she had her first fall and it has got harder. " * 3


def test_a_long_story_is_looked_up_by_what_its_writer_wants_to_know() -> None:
    assert (
        question_in(STORY + "What I want to know is whether I can get a week off in August")
        == "whether I can get a week off in August"
    )
    assert (
        question_in("What I want to know is whether I can get a week off")
        == "What I want to know is whether I can get a week off"
    )
