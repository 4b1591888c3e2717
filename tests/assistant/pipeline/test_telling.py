"""A message that asks for nothing is acknowledged; what may need something goes on to the guidance, as do danger, intents and commands."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.app import try_out
from assistant.checks.explain import explain
from assistant.console.words import verdict_words
from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Past
from assistant.replay import Conversation
from assistant.settings import Settings
from assistant.storage.turns import Recorded
from assistant.wiring import Brain, make_brain
from rails import telling
from rails.telling import ASKED_NOTHING, UNLESS
from tests.assistant.pipeline.fakes import BREAKS, Fakes

TOLD = "we had chips by the canal"


async def test_what_surely_asks_for_nothing_is_acknowledged_without_a_search_or_a_second_embedding() -> None:
    fakes = Fakes(told=ASKED_NOTHING)
    turn = await fakes.ask(TOLD)

    assert turn.outcome is Outcome.ANSWERED_TELLING
    assert "I am AI" in turn.reply[0] and "HUMAN" in turn.reply[0]
    assert (turn.citations, turn.passages, turn.escalation) == ((), (), None)
    assert fakes.searched == [] and fakes.embedded == [[TOLD]]


async def test_the_second_time_running_the_words_are_others() -> None:
    chat = Conversation(Fakes(told=ASKED_NOTHING).answerer())
    first, second = await chat.ask(TOLD), await chat.ask("he slept all the way home")

    assert first.reply != second.reply and "HUMAN" in second.reply[0]


@pytest.mark.parametrize(("score", "outcome"), [(0.95, Outcome.ANSWERED), (0.7, Outcome.ANSWERED_TELLING)])
async def test_in_doubt_guidance_that_plainly_fits_is_given(score: float, outcome: Outcome) -> None:
    turn = await Fakes([replace(BREAKS, score=score)], told=UNLESS).ask(TOLD)

    assert turn.outcome is outcome
    assert [one.result for one in turn.findings if one.rail == "telling"] == [
        "pass" if outcome is Outcome.ANSWERED else "fail"
    ]


async def test_in_doubt_and_without_guidance_it_is_acknowledged() -> None:
    assert (await Fakes([], told=UNLESS).ask(TOLD)).outcome is Outcome.ANSWERED_TELLING


async def test_what_may_need_something_is_answered_as_before() -> None:
    assert (await Fakes().ask("they send her home with no hoist")).outcome is Outcome.ANSWERED
    assert (await Fakes([]).ask("they send her home with no hoist")).outcome is Outcome.UNANSWERABLE_NO_CONTENT


@pytest.mark.parametrize(
    ("fakes", "text", "outcome"),
    [
        pytest.param(Fakes(urgency="emergency", categories=("suicide_self_harm",)), TOLD, Outcome.SIGNPOSTED_CRISIS, id="danger"),
        pytest.param(Fakes(), "HUMAN", Outcome.COMMAND_HUMAN, id="a wish for a person"),
        pytest.param(Fakes(), "STOP", Outcome.COMMAND_STOP, id="STOP"),
        pytest.param(Fakes(label="human"), TOLD, Outcome.COMMAND_HUMAN, id="a wish for a person in other words"),
        pytest.param(Fakes(label="feelings"), TOLD, Outcome.ANSWERED_SMALL_TALK, id="feelings"),
        pytest.param(Fakes(label="attack"), TOLD, Outcome.GUARDED_ATTACK, id="an attack"),
        pytest.param(Fakes(label="off_topic"), TOLD, Outcome.DECLINED_OFF_TOPIC, id="an intent in doubt"),
        pytest.param(Fakes(embedder_is_up=False), TOLD, Outcome.ANSWERED, id="the embedder is down"),
    ],
)  # fmt: skip
async def test_whatever_else_was_heard_comes_first(fakes: Fakes, text: str, outcome: Outcome) -> None:
    fakes.told = ASKED_NOTHING
    assert (await fakes.ask(text)).outcome is outcome


async def test_who_got_no_answer_and_says_it_in_other_words_is_not_just_acknowledged() -> None:
    fakes = Fakes([], told="")
    chat = Conversation(fakes.answerer())
    assert (await chat.ask("who does hoists")).outcome is Outcome.UNANSWERABLE_NO_CONTENT
    fakes.told, fakes.passages = ASKED_NOTHING, [BREAKS]

    assert (await chat.ask("the hoist then")).outcome is Outcome.ANSWERED
    assert (await chat.ask(TOLD)).outcome is Outcome.ANSWERED_TELLING, "once it got one"


async def test_what_goes_on_from_an_answer_is_not_taken_for_a_telling() -> None:
    fakes = Fakes()
    chat = Conversation(fakes.answerer())
    await chat.ask("how do I get a break")
    fakes.told = ASKED_NOTHING

    assert (await chat.ask("and water")).outcome is Outcome.ANSWERED


async def test_who_says_that_it_did_not_help_gets_the_guidance_that_was_held_back() -> None:
    fakes = Fakes(told=ASKED_NOTHING)
    chat = Conversation(fakes.answerer())
    await chat.ask("the bank is difficult")
    turn = await chat.ask("that didn't help")

    assert turn.outcome is Outcome.ANSWERED and turn.citations
    assert fakes.searched[-1][0] == "the bank is difficult"


async def test_after_danger_the_reminder_stands_under_it() -> None:
    chat = Conversation(Fakes(told=ASKED_NOTHING).answerer(), Past(danger=("suicide_self_harm",)))
    assert "116 123" in (await chat.ask(TOLD)).reply[-1]


def test_the_record_says_why_nothing_was_quoted() -> None:
    said = verdict_words(Finding("telling", "fail", ASKED_NOTHING))
    assert "It asked for nothing" in said
    found = [["telling", "fail", ASKED_NOTHING]]
    turn = Recorded("t", "answered_telling", "none", [], TOLD, "", "r-1", found, [], [], [], None, None)  # type: ignore[arg-type]
    told = explain(turn)
    assert "asked for nothing" in told.why and said in told.checks


@pytest.fixture
def brain(var: Path) -> Iterator[Brain]:
    made = make_brain(Settings(environment="test", var=var))
    yield made
    made.searcher.close()


async def test_no_carer_waits_for_the_words_or_the_model_to_be_read(brain: Brain) -> None:
    telling.words.cache_clear()
    telling.model.cache_clear()

    assert await try_out(brain)
    assert telling.words.cache_info().currsize == telling.model.cache_info().currsize == 1


async def test_a_whole_conversation_with_the_real_parts(brain: Brain) -> None:
    chat = Conversation(brain.answerer)
    outcomes = [
        (await chat.ask(text)).outcome
        for text in (
            "dad won the meat raffle at the club",
            "he had two puddings and sang all the way home",
            "the bank won't talk to me",
            "can he get attendance allowance",
            "someone to sit with him on Tuesdays",
            "thank you",
            "HUMAN",
        )
    ]
    told, answered = Outcome.ANSWERED_TELLING, Outcome.ANSWERED
    small_talk, human = Outcome.ANSWERED_SMALL_TALK, Outcome.COMMAND_HUMAN
    assert outcomes == [told, told, answered, answered, answered, small_talk, human]
