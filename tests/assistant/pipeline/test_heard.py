"""Short messages that need no guidance: a cry for help, an "ok" after danger, anger, the start of a sentence."""

import pytest

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Heard, Kind, Turn, Urgency
from assistant.pipeline.commands import Command, recognise
from assistant.pipeline.feedback import DOWN
from assistant.pipeline.short import STARTS
from assistant.pipeline.thumbs import is_upset, said
from assistant.replay import Conversation, after
from tests.assistant.pipeline.fakes import Fakes


@pytest.mark.parametrize("text", ["🆘", "🚨🚨", "SOS", "help me", "HELP!!!", "please help", "Somebody help me"])
async def test_a_bare_cry_for_help_gets_the_ways_to_urgent_help_and_a_question(text: str) -> None:
    turn = await Fakes().ask(text)
    assert turn.outcome is Outcome.COMMAND_URGENT_HELP
    assert (
        all(number in turn.reply[0] for number in ("999", "55", "111", "116 123")) and "What is wrong?" in turn.reply[0]
    )


async def test_whoever_cries_for_help_twice_gets_a_person() -> None:
    turn = await Fakes().ask("🆘", "help me")
    assert turn.escalation and turn.escalation.reason == "asked_for_person"
    assert "I have asked Northmere Carers Service" in turn.reply[0] and "999" in turn.reply[0]


@pytest.mark.parametrize("text", ["HELP", "help", "help me with PIP", "😭", "can you help my mum"])
def test_other_messages_are_no_cry(text: str) -> None:
    assert recognise(text) is not Command.URGENT


async def after_danger(*texts: str) -> list[Turn]:
    """Return the turns that follow a message in which danger was found."""
    fakes = Fakes(urgency="urgent", categories=("suicide_self_harm",))
    chat = Conversation(fakes.answerer())
    first = await chat.ask("I want to die")
    assert first.urgency is Urgency.URGENT
    fakes.urgency, fakes.categories = "none", ()
    return [await chat.ask(text) for text in texts]


@pytest.mark.parametrize("text", ["ok", "thanks", "k", "👍", "ok thank you so much", "right ok I will ring them"])
async def test_an_ok_after_danger_is_met_gently_with_one_number(text: str) -> None:
    [turn] = await after_danger(text)
    assert turn.outcome is Outcome.ANSWERED_SMALL_TALK
    assert (
        "I have asked a person at Northmere Carers Service to read it" in turn.reply[0] and "116 123" in turn.reply[0]
    )
    assert len(turn.reply[0]) < 400


async def test_more_than_an_ok_is_read_as_ever() -> None:
    [turn] = await after_danger("ok how do I get a break?")
    assert turn.outcome is Outcome.ANSWERED and turn.citations


async def test_an_ok_that_follows_no_danger_is_small_talk() -> None:
    turn = await Fakes(label="acknowledge").ask("How do I get a break?", "ok")
    assert turn.outcome is Outcome.ANSWERED_SMALL_TALK and "read it" not in turn.reply[0]


async def test_a_voice_note_after_danger_is_no_ok() -> None:
    chat = Conversation(Fakes(urgency="urgent", categories=("suicide_self_harm",)).answerer())
    await chat.ask("I want to die")
    turn = await chat.answerer(Turn((Heard("", Kind.VOICE),), chat.past))
    assert turn.outcome is Outcome.DECLINED_MEDIA


@pytest.mark.parametrize(
    "text",
    [
        "this is useless you never answer me properly",
        "you're not listening",
        "that's not what I asked",
        "you keep saying the same thing",
        "useless bot",
        "you never listen",
        "that isn't what I said",
        "you are no help at all",
    ],
)
async def test_whoever_is_not_listened_to_gets_an_apology_and_a_person_not_more_guidance(text: str) -> None:
    chat = Conversation(Fakes().answerer())
    await chat.ask("How do I get a break?")
    first = await chat.ask(text)
    assert first.outcome is Outcome.COMMAND_DID_NOT_HELP and DOWN in first.effects and not first.citations
    assert first.reply[0].startswith("I am sorry. I have not understood you") and "HUMAN" in first.reply[0]
    second = await chat.ask(text)
    assert second.escalation and "I have asked Northmere Carers Service" in second.reply[0]


@pytest.mark.parametrize(
    "text",
    [
        "nobody listens to me",
        "my husband never listens",
        "the council never answer",
        "I feel useless",
        "that did not help",
    ],
)
def test_these_are_not_about_being_heard_by_kith(text: str) -> None:
    assert not is_upset(text)


@pytest.mark.parametrize(
    "text",
    ["i want to", "I need to...", "and I", "well I just", "we would like to", "I'm trying to", "my dad", "mum needs a"],
)
async def test_the_start_of_a_sentence_is_asked_to_go_on(text: str) -> None:
    turn = await Fakes().ask(text)
    assert turn.outcome is Outcome.ANSWERED_SMALL_TALK and "go on" in turn.reply[0] and not turn.citations


async def test_a_sentence_in_many_pieces_brings_no_person_that_nobody_asked_for() -> None:
    turn = await Fakes().ask("it's about", "my mum", "she")
    assert turn.escalation is None and "go on" in turn.reply[0]


@pytest.mark.parametrize(
    "text", ["i want to die", "I need a break", "what about my", "i have had it", "mum needs a hoist", "he"]
)
def test_whole_sentences_are_left_alone(text: str) -> None:
    assert text == "he" or not STARTS.match(text)


@pytest.mark.parametrize("text", ["2", "both", "the first one", "B"])
async def test_a_choice_of_what_was_not_offered_is_asked_about_and_not_looked_up(text: str) -> None:
    turn = await Fakes().ask("How do I get a break?", text)
    assert turn.outcome is Outcome.CLARIFY and "which one you mean" in turn.reply[0]


@pytest.mark.parametrize("text", ["thank you that helps", "ok will do", "ok i will ask the chemist", "you are amazing"])
async def test_thanks_in_more_words_are_thanks(text: str) -> None:
    turn = await Fakes().ask("How do I get a break?", text)
    assert turn.outcome is Outcome.ANSWERED_SMALL_TALK and not turn.citations


@pytest.mark.parametrize(
    ("text", "words"), [("😭", "a lot to carry"), ("😢😢", "a lot to carry"), ("❤️", "welcome"), ("🙏", "welcome")]
)
async def test_an_emoji_is_met_for_what_it_says(text: str, words: str) -> None:
    turn = await Fakes().ask(text)
    assert turn.outcome is Outcome.ANSWERED_SMALL_TALK and words in turn.reply[0]


@pytest.mark.parametrize(
    ("before", "star", "meant"),
    [
        ("can i get a blue bage", "*badge", "can i get a blue badge"),
        ("my dab has dementia", "dad*", "my dad has dementia"),
        ("how do i stop him wondering", "* wandering", "how do i stop him wandering"),
    ],
)
async def test_a_starred_word_puts_the_last_message_right(before: str, star: str, meant: str) -> None:
    fakes = Fakes()
    turn = await fakes.ask(before, star)
    assert turn.text == meant and turn.masked == meant


async def test_a_starred_word_that_was_no_slip_is_left_as_it_is() -> None:
    assert (await Fakes().ask("how do i get a break", "*pension")).text == "*pension"


def test_what_was_not_meant_is_no_word_about_an_answer() -> None:
    assert said("i didnt mean it", "") == ""


async def test_memory_keeps_an_apology_as_a_thumb_down() -> None:
    chat = Conversation(Fakes().answerer())
    await chat.ask("How do I get a break?")
    turn = await chat.ask("you're not listening")
    assert after(chat.past, turn).downs == 2, "one was counted when it was asked, one now"


@pytest.mark.parametrize("text", ["sorry", "sorry that was rude", "sorry to bother you"])
async def test_nobody_need_be_sorry(text: str) -> None:
    assert "nothing to be sorry for" in (await Fakes().ask(text)).reply[0]


async def test_a_person_named_after_an_answer_is_a_question_about_them() -> None:
    assert (await Fakes().ask("How do I get a break?", "and my dad")).citations


def test_a_misspelt_wish_for_a_person_is_one() -> None:
    assert recognise("i wnat a hunan") is Command.HUMAN and recognise("i want a pension") is None
