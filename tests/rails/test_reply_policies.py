"""Every output rail is held to the examples in its own policy."""

from importlib import resources

import pytest

from rails import approved_contacts, form, phrase_rails, reply_check, reply_policy
from rails.draft import Draft
from rails.reply_policy import ReplyPolicy

FILES = sorted(
    one.name.removeprefix("reply_").removesuffix(".yaml")
    for one in (resources.files("rails") / "policy").iterdir()
    if one.name.startswith("reply_") and one.name != "reply_words.yaml"
)
POLICIES = [reply_policy.read(name) for name in FILES]
RAILS = dict(reply_check.OUTPUT_RAILS)
CONTACTS = ["Northmere Carers Service: 01632 960101"]


def problems(policy: ReplyPolicy, reply: str) -> tuple[str, ...]:
    return RAILS[policy.name](Draft.of(policy.question, reply, policy.passages, CONTACTS))


def test_every_output_rail_has_a_policy() -> None:
    assert {policy.name for policy in POLICIES} == set(RAILS)
    assert {policy.stage for policy in POLICIES} == {"output"}


@pytest.mark.parametrize(("policy", "reply"), [(one, text) for one in POLICIES for text in one.examples.caught])
def test_caught_examples_are_caught(policy: ReplyPolicy, reply: str) -> None:
    assert problems(policy, reply)


@pytest.mark.parametrize(("policy", "reply"), [(one, text) for one in POLICIES for text in one.examples.allowed])
def test_allowed_examples_pass_every_rail(policy: ReplyPolicy, reply: str) -> None:
    found = reply_check.check(policy.question, reply, policy.passages, CONTACTS)

    assert [(one.rail, one.reason) for one in found.verdicts if not one.passed] == []


def test_national_contacts_are_owned_and_not_past_their_check() -> None:
    assert approved_contacts.NATIONAL.owner
    assert approved_contacts.NATIONAL.checked_on < approved_contacts.NATIONAL.check_due
    assert all(known.ways for known in approved_contacts.KNOWN)


@pytest.mark.parametrize(("name", "guidance", "reply"), [
    ("harm", "Do not hold the person down.", "Don't hold him down."),
    ("harm", "Many carers lose their temper.", "It doesn't make you a bad person."),
    ("harm", "Used pads go in the bin, double bagged.", "Tie them in two bags."),
    ("harm", "Step away for a few minutes.", "It's all right to leave the room for a few minutes."),
    ("harm", "Do not give them anything to eat.", "No food for now."),
    ("harm", "You must use it within 84 days.", "There is no rush today."),
    ("harm", "They must decide within six months.", "They must make up their minds in six months."),
    ("honesty", "Hours may go up or down.", "I can't tell you that he'll get more."),
    ("honesty", "You may get compensation of £10 a day.", "There may be compensation."),
    ("honesty", "Dismissal for this is against the law.", "It is against the law to dismiss you for it."),
    ("honesty", "Calls are confidential, unless someone is in danger.", "What you say stays private, except where somebody is in danger."),
    ("harm", "You may have to pay money back.", "If you don't tell them, you could have to pay some back."),
    ("harm", "Either of you can stop at any time.", "You can both walk away whenever you want."),
    ("honesty", "You can have an assessment of your own.", "You're entitled to your own assessment."),
    ("tone", "An adult must stay with him.", "He needs a grown-up with him."),
])  # fmt: skip
def test_a_phrase_with_an_innocent_meaning_is_let_through(name: str, guidance: str, reply: str) -> None:
    draft = Draft.of("What can I do?", reply, [guidance], [])

    assert phrase_rails.rail(name)(draft) == ()


@pytest.mark.parametrize(("name", "guidance", "reply"), [
    ("harm", "Chest pain is an emergency.", "There is no rush."),
    ("harm", "Offer a drink often.", "No drinks after six."),
    ("harm", "Keep keys out of sight.", "No one with dementia can drive, so hide his keys today."),
    ("honesty", "You can complain.", "There is compensation for this."),
    ("honesty", "You can complain.", "It is against the law."),
])  # fmt: skip
def test_the_same_phrase_without_such_guidance_is_not(name: str, guidance: str, reply: str) -> None:
    assert phrase_rails.rail(name)(Draft.of("What can I do?", reply, [guidance], []))


def test_one_sentence_is_judged_by_its_reading_age_with_an_allowance() -> None:
    guidance = ["The driver checks that the person is well, and rings the family if there is no answer."]
    fair = (
        "The driver makes sure that your relative is all right, and will phone the family if nobody comes to the door."
    )
    hard = "Eligibility determination necessitates demonstrating functional incapacity precipitating significant detriment to wellbeing overall."

    assert form.problems(Draft.of("Who checks?", fair, guidance, [])) == ()
    assert form.problems(Draft.of("Who checks?", hard, guidance, [])) == ("reading age too high",)
    assert form.problems(Draft.of("Who checks?", f"{hard} {hard}", guidance, [])) == ("reading age too high",)
