"""The real list of steps over stand-in parts: how each turn ends."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest

from assistant.domain.limits import Limits
from assistant.domain.outcome import Outcome
from assistant.domain.turn import Heard, Kind, Past, Turn
from assistant.errors import ModelDown, ModelFailed, ModelGarbled, ModelOverBudget, ModelSlow
from assistant.pipeline.flood import MOST_IN_A_MINUTE
from rails.verdict import Result
from tests.assistant.pipeline.fakes import BREAKS, Fakes

QUESTION = "how do I get a break?"


async def test_an_answer_is_quoted_and_ends_with_its_source() -> None:
    turn = await Fakes().ask(QUESTION)
    assert turn.outcome is Outcome.ANSWERED
    [reply] = turn.reply
    assert "You can ask the council for a break." in reply
    assert reply.endswith("Source: Breaks from caring (checked 23 November 2026). https://www.northmere.example/breaks")
    assert [citation.document for citation in turn.citations] == ["breaks"]


async def test_the_message_is_embedded_once() -> None:
    fakes = Fakes()
    await fakes.ask(QUESTION)
    assert fakes.embedded == [[QUESTION]]


async def test_a_long_message_is_embedded_with_its_sentences_in_one_call() -> None:
    fakes = Fakes()
    story = "My mum is eighty and lives with me. " * 6
    await fakes.ask(story)
    assert len(fakes.embedded) == 1
    assert len(fakes.embedded[0]) > 3


async def test_danger_is_answered_with_fixed_words_and_a_case() -> None:
    fakes = Fakes(urgency="emergency", categories=("suicide_self_harm",))
    turn = await fakes.ask(QUESTION)
    assert (turn.outcome, turn.reply) == (Outcome.SIGNPOSTED_CRISIS, ("Ring 999.",))
    assert turn.escalation and turn.escalation.urgency == "emergency"
    assert fakes.searched == []


async def test_danger_comes_before_commands() -> None:
    turn = await Fakes(urgency="emergency", categories=("suicide_self_harm",)).ask("STOP")
    assert turn.outcome is Outcome.SIGNPOSTED_CRISIS


async def test_answers_after_danger_carry_the_numbers_until_the_carer_is_safe() -> None:
    fakes = Fakes(urgency="urgent", categories=("carer_breakdown",))
    from assistant.replay import Conversation

    chat = Conversation(fakes.answerer())
    await chat.ask("I can't do this")
    fakes.urgency = "none"
    assert "116 123" in (await chat.ask(QUESTION)).reply[-1]
    assert (await chat.ask("I'm safe now")).outcome is Outcome.ANSWERED_SMALL_TALK
    assert "116 123" not in (await chat.ask(QUESTION)).reply[-1]


async def test_a_danger_rail_that_fails_is_never_a_pass() -> None:
    turn = await Fakes(rules=Result.ERROR).ask(QUESTION)
    assert turn.outcome is Outcome.ERROR_RAIL
    assert turn.escalation and turn.escalation.urgency == "urgent"
    assert "999" in turn.reply[0]


async def test_without_the_embedder_words_alone_are_searched() -> None:
    fakes = Fakes(embedder_is_up=False)
    turn = await fakes.ask(QUESTION)
    assert turn.outcome is Outcome.ANSWERED
    assert fakes.searched == [(QUESTION, "", False)]
    assert ("embedder", "error") in {(finding.rail, finding.result) for finding in turn.findings}


async def test_a_search_that_fails_tells_a_person() -> None:
    turn = await Fakes(search_is_up=False).ask(QUESTION)
    assert turn.outcome is Outcome.ERROR_SEARCH
    assert turn.escalation


async def test_a_step_that_raises_ends_safely() -> None:
    fakes = Fakes()
    fakes.label = ["no label"]  # type: ignore[assignment]
    turn = await fakes.ask(QUESTION)
    assert turn.outcome is Outcome.ERROR_STEP
    assert "999" in turn.reply[0]


async def test_danger_is_seen_even_when_masking_fails_and_nothing_else_goes_on() -> None:
    fakes = Fakes(urgency="urgent", categories=("carer_breakdown",))
    fakes.spans = 5  # type: ignore[assignment]
    assert (await fakes.ask(QUESTION)).outcome is Outcome.SIGNPOSTED_CRISIS
    fakes.urgency = "none"
    assert (await fakes.ask(QUESTION)).outcome is Outcome.ERROR_RAIL
    assert fakes.searched == []


async def test_nothing_found_is_said_and_twice_brings_a_person() -> None:
    fakes = Fakes(passages=[])
    once = await fakes.ask(QUESTION)
    assert (once.outcome, once.escalation) == (Outcome.UNANSWERABLE_NO_CONTENT, None)
    twice = await fakes.ask(QUESTION, QUESTION)
    assert twice.escalation and twice.escalation.reason == "no_answer_twice"


async def test_a_blocked_reply_never_goes_out() -> None:
    turn = await Fakes(decision="block").ask(QUESTION)
    assert turn.outcome is Outcome.UNANSWERABLE_BLOCKED
    assert "You can ask the council" not in turn.reply[0]
    assert turn.citations == ()


async def test_personal_data_is_masked_and_the_carer_told_once() -> None:
    fakes = Fakes(spans=[SimpleNamespace(type="NHS_NUMBER")])
    from assistant.replay import Conversation

    chat = Conversation(fakes.answerer())
    first = await chat.ask(QUESTION)
    assert first.question.startswith("[masked]")
    assert "covered up the private details" in first.reply[-1]
    assert "covered up" not in (await chat.ask(QUESTION)).reply[-1]


async def test_a_follow_up_leans_on_the_last_topic() -> None:
    fakes = Fakes()
    await fakes.ask(QUESTION, "how much is it?")
    assert fakes.searched[-1][0] == "break: how much is it?"
    await fakes.ask(f"{QUESTION} My mother and I have not had one for eleven years", "how much is it?")
    assert fakes.searched[-1][0] == "Breaks from caring: how much is it?", (
        "a story is no subject: the last answer's title is"
    )


@pytest.mark.parametrize(
    ("first", "follow_up", "searched"),
    [
        (
            "they said no to a break for Mum, what now",
            "how long do we have",
            "they said no to a break for Mum, what now: ",
        ),
        (QUESTION, "what do I need to send then?", "break: "),
        (QUESTION, "since then she has had two falls and a stroke", ""),
    ],
)
async def test_a_follow_up_is_looked_up_with_what_was_asked_before(first: str, follow_up: str, searched: str) -> None:
    fakes = Fakes()
    await fakes.ask(first, follow_up)
    assert fakes.searched[-1][0] == f"{searched}{follow_up}"


async def test_a_question_with_its_own_topic_stands_alone() -> None:
    fakes = Fakes()
    await fakes.ask(QUESTION, "can I have a break at night too?")
    assert fakes.searched[-1][0] == "can I have a break at night too?"


async def test_the_nation_that_was_named_is_searched() -> None:
    fakes = Fakes()
    await fakes.ask("breaks in Scotland?")
    assert fakes.searched[-1][1] == "scotland"


async def test_a_repeated_question_is_answered_as_patiently() -> None:
    turn = await Fakes().ask(QUESTION, QUESTION)
    assert turn.reply[0].startswith("Of course. Here is what our guidance says.")


async def test_why_shows_where_the_last_answer_came_from() -> None:
    turn = await Fakes().ask(QUESTION, "WHY")
    assert "https://www.northmere.example/breaks" in turn.reply[0]
    assert "no source to show" in (await Fakes().ask("WHY")).reply[0]


async def test_what_do_you_know_about_me_counts_the_messages() -> None:
    from datetime import date

    turn = Turn((Heard("what do you know about me"),), Past(kept=7, kept_since=date(2026, 11, 1)))
    finished = await Fakes().answerer()(turn)
    assert "7 of your messages, the oldest from 1 November 2026" in finished.reply[0]


async def test_a_voice_note_is_answered_kindly_and_a_person_told() -> None:
    finished = await Fakes().answerer()(Turn((Heard("", Kind.VOICE),)))
    assert finished.outcome is Outcome.DECLINED_MEDIA
    assert finished.escalation and finished.escalation.reason == "unreadable_media"


async def test_a_picture_with_words_is_answered_by_its_words() -> None:
    finished = await Fakes().answerer()(Turn((Heard(QUESTION, Kind.IMAGE),)))
    assert finished.outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("attack", Outcome.GUARDED_ATTACK),
        ("harm", Outcome.DECLINED_HARM),
        ("abuse", Outcome.GUARDED_ABUSE),
        ("dose", Outcome.DECLINED_DOSE),
        ("legal", Outcome.DECLINED_LEGAL),
        ("greeting", Outcome.ANSWERED_SMALL_TALK),
        ("about_bot", Outcome.ANSWERED_ABOUT_KITH),
        ("human", Outcome.COMMAND_HUMAN),
    ],
)
async def test_what_is_no_question_about_caring_gets_fixed_words(label: str, outcome: Outcome) -> None:
    fakes = Fakes(label=label)
    turn = await fakes.ask("something")
    assert turn.outcome is outcome
    assert turn.reply
    assert not turn.citations


class Writer:
    """A model that says one thing, or fails."""

    name = "fake:model"

    def __init__(
        self,
        answer: str = "MODEL says ask the council.",
        used: tuple[int, ...] = (1,),
        fault: ModelFailed | None = None,
    ) -> None:
        self.answer, self.used, self.fault = answer, used, fault

    async def __call__(self, question: str, passages: object, history: object) -> SimpleNamespace:
        if self.fault:
            raise self.fault
        return SimpleNamespace(answer=self.answer, used=list(self.used))


async def test_the_model_writes_when_there_is_one() -> None:
    turn = await Fakes().ask(QUESTION, model=Writer())
    assert turn.outcome is Outcome.ANSWERED
    assert turn.reply[0].startswith("MODEL says ask the council.")
    assert "Source: Breaks from caring" in turn.reply[0]


@pytest.mark.parametrize(
    ("writer", "outcome"),
    [
        pytest.param(Writer(fault=ModelSlow()), Outcome.ANSWERED_MODEL_SLOW, id="slow"),
        pytest.param(Writer(fault=ModelDown()), Outcome.ANSWERED_MODEL_DOWN, id="down"),
        pytest.param(Writer(fault=ModelGarbled()), Outcome.ANSWERED_MODEL_GARBLED, id="garbled"),
        pytest.param(Writer(fault=ModelOverBudget()), Outcome.ANSWERED_MODEL_BUDGET, id="over budget"),
        pytest.param(Writer(used=()), Outcome.ANSWERED_MODEL_GARBLED, id="no passage used"),
        pytest.param(Writer(used=(9,)), Outcome.ANSWERED_MODEL_GARBLED, id="a passage that does not exist"),
        pytest.param(Writer(answer=" "), Outcome.ANSWERED_MODEL_GARBLED, id="empty"),
    ],
)
async def test_when_the_model_fails_guidance_is_quoted_and_the_outcome_says_so(
    writer: Writer, outcome: Outcome
) -> None:
    turn = await Fakes().ask(QUESTION, model=writer)
    assert turn.outcome is outcome
    assert "You can ask the council for a break." in turn.reply[0]


class Amender(Writer):
    """A model that can be asked again, and then says another thing or fails."""

    def __init__(self, second: str = "Ask the council for a break.", fault: ModelFailed | None = None) -> None:
        super().__init__()
        self.second, self.second_fault = second, fault
        self.told: list[tuple[str, list[str]]] = []

    async def again(
        self, question: str, passages: object, history: object, draft: str, faults: Sequence[str]
    ) -> SimpleNamespace:
        self.told.append((draft, list(faults)))
        if self.second_fault:
            raise self.second_fault
        return SimpleNamespace(answer=self.second, used=[1])


async def test_a_model_whose_draft_is_blocked_is_told_why_and_asked_once_more() -> None:
    model = Amender()
    turn = await Fakes(decision="block_model").ask(QUESTION, model=model)

    assert turn.outcome is Outcome.ANSWERED
    assert turn.reply[0].startswith("Ask the council for a break.")
    assert model.told == [("MODEL says ask the council.", ["facts: not in any passage"])]


@pytest.mark.parametrize("model", [Amender(second="MODEL insists."), Amender(fault=ModelSlow()), Amender(second=" ")])
async def test_a_model_is_asked_again_only_once_and_then_guidance_is_quoted(model: Amender) -> None:
    turn = await Fakes(decision="block_model").ask(QUESTION, model=model)

    assert turn.outcome is Outcome.ANSWERED_MODEL_BLOCKED
    assert "MODEL" not in turn.reply[0]
    assert "You can ask the council for a break." in turn.reply[0]
    assert len(model.told) == 1


async def test_when_the_quote_is_blocked_too_a_person_takes_over() -> None:
    turn = await Fakes(decision="block").ask(QUESTION, model=Amender())

    assert turn.outcome is Outcome.UNANSWERABLE_BLOCKED
    assert turn.escalation is not None
    assert "MODEL" not in turn.reply[0]


async def test_a_blocked_draft_is_thrown_away_and_guidance_quoted() -> None:
    turn = await Fakes(decision="block_model").ask(QUESTION, model=Writer())
    assert turn.outcome is Outcome.ANSWERED_MODEL_BLOCKED
    assert "MODEL" not in turn.reply[0]
    assert "You can ask the council for a break." in turn.reply[0]


async def test_a_long_message_is_searched_by_its_sentences_too_without_embedding_them_again() -> None:
    fakes = Fakes()
    story = (
        "I look after my mum every day and every night and I have done so for eleven years now without a single rest."
    )
    await fakes.ask(f"{story} {QUESTION}")

    assert len(fakes.clauses) >= 2
    assert fakes.clauses[-1] in QUESTION
    assert len(fakes.embedded) == 1


@pytest.mark.parametrize(
    ("past", "limits"),
    [
        pytest.param(Past(opted_out=True), Limits(), id="after STOP"),
        pytest.param(Past(), Limits(paused=True), id="while the service is paused"),
        pytest.param(Past(in_a_minute=MOST_IN_A_MINUTE + 1), Limits(), id="in a flood"),
    ],
)
async def test_a_wish_for_a_person_is_heard_in_other_words_where_nothing_else_is_answered(
    past: Past, limits: Limits
) -> None:
    wish = await Fakes(label="human").answerer()(Turn((Heard("could one of you lot give me a bell"),), past, limits))
    assert wish.outcome is Outcome.COMMAND_HUMAN
    assert wish.escalation and wish.escalation.reason == "asked_for_person"
    question = await Fakes().answerer()(Turn((Heard(QUESTION),), past, limits))
    assert question.outcome in (Outcome.OPTED_OUT, Outcome.PAUSED, Outcome.GUARDED_FLOOD)


async def test_a_wish_for_a_person_changes_nothing_while_a_person_answers() -> None:
    past = Past(person_owns=True, opted_out=True)
    turn = await Fakes(label="human").answerer()(Turn((Heard("can someone ring me"),), past))
    assert turn.outcome is Outcome.HANDED_OVER


@pytest.mark.parametrize(
    ("score", "embedder_is_up", "case"),
    [
        pytest.param(0.49, True, "low_confidence", id="more likely about something else"),
        pytest.param(0.51, True, "", id="more likely about the question"),
        pytest.param(0.49, False, "", id="by words alone, which tell it badly"),
    ],
)
async def test_an_unsure_answer_says_so_and_brings_a_person(score: float, embedder_is_up: bool, case: str) -> None:
    fakes = Fakes(passages=[replace(BREAKS, score=score)], embedder_is_up=embedder_is_up)
    turn = await fakes.ask(QUESTION)
    assert turn.outcome and turn.outcome.family == "answered"
    assert (turn.escalation.reason if turn.escalation else "") == case
    assert ("I am not sure that this is what you asked. I have asked" in turn.reply[-1]) == bool(case)


async def test_what_cannot_be_understood_twice_brings_a_person() -> None:
    turn = await Fakes().ask("???", "?!")
    assert turn.escalation and turn.escalation.reason == "low_confidence"
