"""Every output rail is held to the examples in its own policy."""

from importlib import resources

import pytest

from rails import approved_contacts, reply_check, reply_policy
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
