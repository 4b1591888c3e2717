"""Messages that ask several things, and where a carer lives."""

from dataclasses import replace

import pytest

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Heard, Passage, Turn
from assistant.pipeline.finish import source_lines
from assistant.pipeline.quote import quote
from assistant.pipeline.several import several
from assistant.replay import Conversation
from rails import form
from tests.assistant.pipeline.fakes import BREAKS, Fakes

BADGE = Passage(
    "blue-badge", "Blue Badge parking", "Who can get a Blue Badge?", "Some people can get a Blue Badge at once.",
    "https://www.northmere.example/badge", BREAKS.reviewed_on, 0.8, ("england",),
)  # fmt: skip
SUBJECTS = ("pip", "council tax", "badge", "break", "carer's allowance")


def names_topic(text: str) -> bool:
    return any(subject in text.casefold() for subject in SUBJECTS)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("How do I claim PIP? And can we get a blue badge?", ["How do I claim PIP?", "And can we get a blue badge?"]),
        ("how do i claim pip and can we get a blue badge", ["how do i claim pip", "can we get a blue badge"]),
        ("Mum fell on Sunday. Is there a break for me? What about council tax?", ["Is there a break for me?", "What about council tax?"]),
        ("How do I claim PIP? How much is it?", []),
        ("How do I claim PIP and a blue badge?", []),
        ("I need a break. I am tired of PIP forms and council tax.", []),
        ("blue badge and also the bus pass", ["blue badge", "bus pass"]),
        ("hi, a break n carer's allowance pls", ["a break", "carer's allowance"]),
        ("my badge and my bus pass are both gone", []),
        ("working, on carer's allowance, what pay proof needed", []),
        ("bread and butter", []),
        ("", []),
    ],
)  # fmt: skip
def test_questions_are_told_apart(text: str, questions: list[str]) -> None:
    assert list(several(text, names_topic)) == questions


class TwoSubjects(Fakes):
    """Knows a break and a badge."""

    async def search(self, question, vector, nation="", extra=(), limit=6, clauses=(), also=()):  # type: ignore[no-untyped-def]
        await super().search(question, vector, nation, extra, limit, clauses)
        return [BADGE, BREAKS] if "adge" in question else [BREAKS, BADGE]


async def test_each_question_is_looked_up_and_answered_in_one_reply() -> None:
    fakes = TwoSubjects()
    turn = await fakes.ask("How do I get a break? And can he have a badge for a break?")

    assert [question for question, _, _ in fakes.searched] == [
        "How do I get a break?",
        "And can he have a badge for a break?",
    ]
    assert BREAKS.text in turn.draft and BADGE.text in turn.draft
    assert {one.document for one in turn.citations} == {"breaks", "blue-badge"}


async def test_two_questions_with_one_answer_get_it_once() -> None:
    turn = await Fakes().ask("How do I get a break? Who pays for a break?")

    assert turn.draft.count(BREAKS.text) == 1
    assert turn.leads == 1


async def test_each_thing_of_a_bare_list_is_answered() -> None:
    turn = await TwoSubjects().ask("a break and also the blue badge")
    assert turn.leads == 2
    assert BREAKS.text in turn.draft and BADGE.text in turn.draft


def test_three_answers_with_three_sources_fit_in_one_reply() -> None:
    far = replace(BADGE, url="https://a.example/" + "x" * 150)
    long = {name: " ".join(f"Sentence {at} says what {name} is about." for at in range(30)) for name in ("a", "b", "c")}
    three = tuple(replace(far, document=name, heading=f"{name}?", text=text) for name, text in long.items())
    wording = Fakes().answerer().wording
    turn = quote(replace(Turn((Heard("a, b, c"),)), passages=three, leads=3), wording)
    assert [one.document for one in turn.citations] == ["a", "b", "c"]
    assert len("\n\n".join([turn.draft, *source_lines(turn, wording)])) <= form.MOST_CHARACTERS


async def test_a_list_that_one_section_is_about_is_one_question() -> None:
    both = replace(BADGE, heading="Can we have a break and a badge?", text="Both, yes.")
    turn = await Fakes(passages=[both, BREAKS]).ask("break and badge")
    assert (turn.leads, turn.passages[0]) == (1, both)


LATER = replace(BREAKS, heading="Does a break stop?", text="It can stop after 4 weeks.", score=0.8)


@pytest.mark.parametrize(
    ("follow_up", "score", "first"),
    [
        pytest.param("will it stop?", 0.8, LATER.text, id="what was not said comes first when it is nearly as likely"),
        pytest.param("will it stop?", 0.4, BREAKS.text, id="what was said stands when nothing is nearly as likely"),
        pytest.param("what else?", 0.1, LATER.text, id="a wish for more is a wish for something new"),
    ],
)
async def test_a_follow_up_is_not_answered_with_the_same_words_again(follow_up: str, score: float, first: str) -> None:
    fakes = Fakes()
    chat = Conversation(fakes.answerer())
    await chat.ask("how do I get a break?")
    fakes.passages = [BREAKS, replace(LATER, score=score)]
    assert (await chat.ask(follow_up)).passages[0].text == first


@pytest.mark.parametrize(
    ("follow_up", "score", "second"),
    [
        pytest.param("can I take a break with him?", 0.3, "breaks", id="the last answer's subject may be meant"),
        pytest.param("can I take a break with him?", 0.2, "other", id="it hardly fits"),
        pytest.param("breaks in Leeds for my mother", 0.3, "other", id="it leans on nothing"),
    ],
)
async def test_a_question_with_a_subject_may_still_mean_that_of_the_last_answer(
    follow_up: str, score: float, second: str
) -> None:
    fakes = Fakes()
    chat = Conversation(fakes.answerer())
    await chat.ask("how do I get a break?")
    other = replace(BREAKS, document="other", heading="Other?", text="Another thing.")
    fakes.passages = [other, replace(other, heading="More?", score=0.5), replace(LATER, score=score)]
    assert (await chat.ask(follow_up)).passages[1].document == second


async def test_a_nation_that_is_home_is_remembered_and_one_that_is_named_is_not() -> None:
    fakes = Fakes()
    assert (await fakes.ask("I live in Scotland, can I have a break?")).effects == ("nation_scotland",)
    assert (await fakes.ask("is a break free in Scotland?")).effects == ()
    await fakes.ask("I live in Scotland, can I have a break?", "where do I book a break?")
    assert fakes.searched[-1][1] == "scotland"


async def test_a_second_try_keeps_to_the_nation_of_the_first() -> None:
    fakes = Fakes()
    await fakes.ask("is a break free in Scotland?", "👎")
    assert [nation for _, nation, _ in fakes.searched] == ["scotland", "scotland"]


async def test_a_follow_up_keeps_the_nation_of_the_answer_that_it_leans_on() -> None:
    fakes = Fakes()
    await fakes.ask("is a break free in Scotland?", "who pays for a break?", "how long is it?")
    assert [nation for _, nation, _ in fakes.searched] == ["scotland", "", ""]


async def test_a_question_about_the_person_goes_by_where_they_live_and_the_carers_own_does_not() -> None:
    fakes = Fakes()
    await fakes.ask(
        "she is in Scotland. Can she have a break?", "may I have a break?", "who comes when she has a break?"
    )
    assert [nation for _, nation, _ in fakes.searched] == ["scotland", "", "scotland"]


async def test_where_a_carer_moved_does_not_hide_what_they_ask() -> None:
    turn = await Fakes().ask("I live in Scotland now, do I still get CA")
    assert (turn.outcome, turn.effects) == (Outcome.ANSWERED, ("nation_scotland",))
    assert (await Fakes().ask("I live in Scotland now")).outcome is Outcome.ANSWERED_SMALL_TALK


async def test_a_near_second_passage_comes_under_its_own_heading_and_says_nothing_twice() -> None:
    second = replace(
        BREAKS,
        heading="Who pays for a break?",
        text="The council may pay. You can ask the council for a break.",
        score=0.7,
    )
    [reply] = (await Fakes(passages=[BREAKS, second]).ask("how do I get a break")).reply
    assert "*How do I get a break?*\nYou can ask the council for a break." in reply
    assert "*Who pays for a break?*\nThe council may pay." in reply
    assert reply.count("You can ask the council for a break.") == 1


async def test_a_far_second_passage_stays_out() -> None:
    second = replace(BREAKS, heading="Who pays for a break?", text="The council may pay.", score=0.1)
    [reply] = (await Fakes(passages=[BREAKS, second]).ask("how do I get a break")).reply
    assert "The council may pay." not in reply


async def test_a_second_passage_that_is_too_long_is_shown_in_part() -> None:
    long = " ".join(f"The council may pay for part {number} of it." for number in range(40))
    second = replace(BREAKS, heading="Who pays for a break?", text=long, score=0.8)
    [reply] = (await Fakes(passages=[BREAKS, second]).ask("how do I get a break")).reply
    assert "for part 0 of it." in reply and "for part 39 of it." not in reply
