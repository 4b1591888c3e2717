"""What sounds like something Kith declines, and is answered after all, or is not."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Passage
from assistant.pipeline.second_look import may_be_asked_of
from assistant.replay import Conversation
from rails.verdict import Result, Verdict
from tests.assistant.pipeline.fakes import BREAKS, Fakes


def sure(document: str = "breaks", score: float = 0.99) -> Fakes:
    passage = Passage(document, BREAKS.title, BREAKS.heading, BREAKS.text, BREAKS.url, BREAKS.reviewed_on, score)
    return Fakes(passages=[passage])


@pytest.mark.parametrize(
    "label", ["dose", "eligibility", "legal", "other_service", "off_topic", "greeting", "acknowledge"]
)
async def test_what_guidance_plainly_answers_is_answered(label: str) -> None:
    fakes = sure()
    fakes.label = label
    assert (await fakes.ask("how do I get a break")).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("off_topic", Outcome.ANSWERED),
        ("other_service", Outcome.ANSWERED),
        ("greeting", Outcome.ANSWERED),
        ("dose", Outcome.DECLINED_DOSE),
        ("legal", Outcome.DECLINED_LEGAL),
        ("eligibility", Outcome.DECLINED_ELIGIBILITY),
    ],
)
async def test_new_guidance_that_holds_every_word_makes_its_subject_ours_but_opens_nothing_that_is_never_given(
    label: str, outcome: Outcome
) -> None:
    fakes = sure(score=0.6)
    fakes.label = label
    assert (await fakes.ask("when does the pool open")).outcome is not Outcome.ANSWERED
    fakes = Fakes(passages=[replace(fakes.passages[0], is_plain=True)])
    fakes.label = label
    assert (await fakes.ask("when does the pool open")).outcome is outcome


@pytest.mark.parametrize(
    ("document", "score", "text", "outcome"),
    [
        ("breaks", 0.999, "can we swap to another break", Outcome.ANSWERED),
        ("breaks", 0.98, "can we swap to another break", Outcome.DECLINED_DOSE),
        ("breaks", 0.999, "can I give her another", Outcome.DECLINED_DOSE),
        ("breaks", 0.999, "she had a break " + "and then some more " * 6 + "can I give another", Outcome.DECLINED_DOSE),
        ("breaks", 0.999, "can we swap her tablets in the break", Outcome.DECLINED_DOSE),
        ("medicines-support", 0.999, "can we swap to another break", Outcome.DECLINED_DOSE),
    ],
)
async def test_what_is_done_with_medicines_is_done_with_much_else_when_guidance_is_very_sure(
    document: str, score: float, text: str, outcome: Outcome
) -> None:
    fakes = sure(document, score)
    fakes.label = "dose"
    assert (await fakes.ask(text)).outcome is outcome


async def test_what_only_sounds_like_thanks_is_thanks_when_guidance_is_not_sure() -> None:
    fakes = sure(score=0.8)
    fakes.label = "thanks"
    assert (await fakes.ask("a break, lovely")).outcome is Outcome.ANSWERED_SMALL_TALK


async def test_a_likeness_to_doses_is_forgotten_when_no_medicine_was_meant() -> None:
    fakes = sure()
    fakes.label, fakes.categories = "none", ("medication",)
    turn = await fakes.ask("what does a break cost")
    assert (turn.outcome, turn.categories) == (Outcome.ANSWERED, ())


@pytest.mark.parametrize(
    ("label", "text", "outcome"),
    [
        ("dose", "can I take a break from her tablets", Outcome.DECLINED_DOSE),
        ("dose", "a break in the warfarin, is that all right", Outcome.DECLINED_DOSE),
        ("eligibility", "do I get a break, yes or no", Outcome.DECLINED_ELIGIBILITY),
        ("legal", "no break for two years, is that illegal", Outcome.DECLINED_LEGAL),
        ("diagnosis", "why does she need a break", Outcome.DECLINED_DIAGNOSIS),
    ],
)
async def test_words_that_ask_for_a_dose_or_a_verdict_are_declined(label: str, text: str, outcome: Outcome) -> None:
    fakes = sure()
    fakes.label = label
    turn = await fakes.ask(text)
    assert (turn.outcome, turn.citations) == (outcome, ())


@pytest.mark.parametrize(
    ("document", "score"), [("breaks", 0.8), ("medicines-support", 0.999)], ids=["not sure enough", "about medicines"]
)
async def test_without_sure_guidance_a_doubtful_dose_is_declined(document: str, score: float) -> None:
    fakes = sure(document, score)
    fakes.label = "dose"
    assert (await fakes.ask("how many of these for a break")).outcome is Outcome.DECLINED_DOSE


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("can I collect her medicine at the break", Outcome.ANSWERED),
        ("something to remind him to take his pills after a break", Outcome.ANSWERED),
        ("who sorts her tablets in my break", Outcome.ANSWERED),
        ("I collected her medicine, do I give both after a break", Outcome.DECLINED_DOSE),
        ("after the break I ordered a stronger patch for him", Outcome.DECLINED_DOSE),
        ("remind me how many tablets after the break", Outcome.DECLINED_DOSE),
    ],
)
async def test_fetching_and_sorting_medicines_is_no_question_about_a_dose(text: str, outcome: Outcome) -> None:
    fakes = sure("medicines-support")
    fakes.label = "dose"
    assert (await fakes.ask(text)).outcome is outcome


@pytest.mark.parametrize(
    ("label", "text", "score", "outcome"),
    [
        ("legal", "can they refuse me a break", 0.82, Outcome.ANSWERED),
        ("legal", "can they refuse me a break", 0.75, Outcome.DECLINED_LEGAL),
        ("legal", "can they refuse me", 0.9, Outcome.DECLINED_LEGAL),
        ("legal", "can they refuse me", 0.93, Outcome.ANSWERED),
        ("legal", "can I sue them over the break", 0.99, Outcome.DECLINED_LEGAL),
        ("eligibility", "will they pay her for a break", 0.74, Outcome.ANSWERED),
        ("eligibility", "will they pay her for a break", 0.65, Outcome.DECLINED_ELIGIBILITY),
    ],
)
async def test_what_sounds_like_a_verdict_is_answered_with_the_rules_and_says_that_it_is_none(
    label: str, text: str, score: float, outcome: Outcome
) -> None:
    fakes = sure(score=score)
    fakes.label = label
    turn = await fakes.ask(text)
    assert turn.outcome is outcome
    assert (
        label == "eligibility" or outcome is not Outcome.ANSWERED or "cannot advise on your own case" in turn.reply[0]
    )


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("who is entitled to this", Outcome.ANSWERED),
        ("are we entitled to this", Outcome.DECLINED_ELIGIBILITY),
        ("what are my chances", Outcome.DECLINED_ELIGIBILITY),
    ],
)
async def test_who_wants_to_be_told_the_rules_asks_for_no_decision(text: str, outcome: Outcome) -> None:
    fakes = sure(score=0.85)
    fakes.label = "eligibility"
    assert (await fakes.ask(text)).outcome is outcome


async def test_guidance_tells_who_may_get_something_even_where_a_rule_heard_a_decision_asked_for() -> None:
    fakes = sure()
    reason = SimpleNamespace(rail="intent", result=SimpleNamespace(value="fail"), reason="eligibility by rule")
    fakes.classify = lambda text, vectors: SimpleNamespace(label="eligibility", verdicts=(reason,), hints="")  # type: ignore[attr-defined]
    turn = await fakes.ask("am I entitled to a break")
    assert turn.reply[0].startswith("I cannot say yes or no to this.")


async def test_what_a_rule_named_is_never_looked_at_again() -> None:
    def ruled(text: str, vectors: Any) -> Any:
        return SimpleNamespace(
            label="dose",
            hints="",
            verdicts=(
                SimpleNamespace(rail="intent", result=SimpleNamespace(value="fail"), reason="dose by rule and meaning"),
            ),
        )

    fakes = sure()
    fakes.classify = ruled  # type: ignore[attr-defined]
    assert (await fakes.ask("how do I get a break")).outcome is Outcome.DECLINED_DOSE


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("medication (none): learnt", Outcome.ANSWERED),
        ("medication (none): dose question", Outcome.DECLINED_DOSE),
        ("medication (none): learnt; medication (none): dose question", Outcome.DECLINED_DOSE),
    ],
)
async def test_a_likeness_to_a_dose_together_with_earlier_words_is_no_rule(reason: str, outcome: Outcome) -> None:
    fakes = sure()
    fakes.screen = lambda text, vectors, earlier: SimpleNamespace(  # type: ignore[method-assign]
        categories=("medication",), urgency="none", verdicts=(Verdict("danger_rules", Result.FAIL, reason),), hints=()
    )
    assert (await fakes.ask("how often is the break")).outcome is outcome
    fakes.embedder_is_up = False
    assert (await fakes.ask("how often is the break")).outcome is Outcome.DECLINED_DOSE


@pytest.mark.parametrize(
    ("leans", "score", "outcome"),
    [
        ("attack", 0.99, Outcome.ANSWERED),
        ("attack", 0.94, Outcome.ANSWERED),
        ("attack", 0.9, Outcome.DECLINED_OFF_TOPIC),
        ("attack", 0.4, Outcome.DECLINED_OFF_TOPIC),
        ("harm", 0.99, Outcome.ANSWERED),
        ("harm", 0.4, Outcome.DECLINED_HARM),
        ("other_people", 0.4, Outcome.DECLINED_OTHER_PEOPLE),
        ("other_people", 0.99, Outcome.DECLINED_OTHER_PEOPLE),
    ],
)
async def test_a_hint_of_an_attack_is_answered_where_guidance_fits(leans: str, score: float, outcome: Outcome) -> None:
    fakes = sure(score=score)
    fakes.classify = lambda text, vectors: SimpleNamespace(label="none", verdicts=(), leans=leans, hints="")  # type: ignore[attr-defined]
    assert (await fakes.ask("how do I get a break")).outcome is outcome


@pytest.mark.parametrize(("score", "outcome"), [(0.92, Outcome.ANSWERED), (0.85, Outcome.DECLINED_HARM)])
async def test_what_comes_near_to_harm_is_answered_where_guidance_plainly_fits_but_with_a_warning_first(
    score: float, outcome: Outcome
) -> None:
    fakes = sure(score=score)
    fakes.classify = lambda text, vectors: SimpleNamespace(label="none", verdicts=(), leans="harm", hints="")  # type: ignore[attr-defined]
    turn = await fakes.ask("he will not have a stranger in, how do I get a break")
    assert turn.outcome is outcome
    assert ("could hurt or cheat somebody" in turn.reply[0]) is (outcome is Outcome.ANSWERED)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("my dad, NHS number [NHS_NUMBER], of [ADDRESS]: can he get a break", Outcome.ANSWERED),
        ("my dad, NHS number [NHS_NUMBER], of [ADDRESS]: what does he get", Outcome.DECLINED_OTHER_PEOPLE),
    ],
)
async def test_who_somebody_is_may_be_told_with_what_they_can_get(text: str, outcome: Outcome) -> None:
    fakes = sure(score=0.9)
    fakes.classify = lambda text, vectors: SimpleNamespace(label="none", verdicts=(), leans="other_people", hints="")  # type: ignore[attr-defined]
    assert (await fakes.ask(text)).outcome is outcome


async def test_a_follow_up_needs_less_to_be_sure() -> None:
    fakes = sure(score=0.85)
    chat = Conversation(fakes.answerer())
    await chat.ask("how do I get a break")
    fakes.label = "other_service"
    assert (await chat.ask("how do I apply")).outcome is Outcome.ANSWERED


async def test_an_answer_that_may_be_taken_for_a_decision_opens_by_saying_that_it_is_none() -> None:
    fakes = sure()
    fakes.label = "eligibility"
    assert (await fakes.ask("can I get a break")).reply[0].startswith("I cannot say yes or no to this.")


@pytest.mark.parametrize(
    "text",
    [
        "can she have two senna",
        "he’s on bisoprolol",
        "another of the pink ones?",
        "double it tonight?",
        "mix it with juice",
    ],
)
def test_medicines_are_heard_by_name_by_ending_and_by_what_is_done_with_them(text: str) -> None:
    assert may_be_asked_of("dose", text)


@pytest.mark.parametrize("text", ["how much is it", "AA higher rate", "what does an OT do", "dad's Motability car"])
def test_plain_questions_hold_no_medicine(text: str) -> None:
    assert not may_be_asked_of("dose", text)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("can paid carers give him his medicine in a break", Outcome.ANSWERED),
        ("will the school give her inhaler at break", Outcome.ANSWERED),
        ("who is allowed to give tablets in a break", Outcome.ANSWERED),
        ("can the carer give him two tablets at break", Outcome.DECLINED_DOSE),
        ("can carers give it late after the break", Outcome.DECLINED_DOSE),
        ("who can say how much medicine after a break", Outcome.DECLINED_DOSE),
    ],
)
async def test_who_may_give_medicines_is_no_question_about_a_dose(text: str, outcome: Outcome) -> None:
    fakes = sure("medicines-support")
    fakes.label = "dose"
    assert (await fakes.ask(text)).outcome is outcome
