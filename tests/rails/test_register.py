"""The register lists every rail that records a verdict, and a slip in a policy names file, line and remedy."""

import pytest

from rails import input_rails, languages, policy, register, registry, reply_check, telling
from rails.policy import PolicyProblem
from rails.register import RailUnknown, checked, entries, entry, rail_names, source, try_message


def test_every_rail_that_records_a_verdict_has_a_policy() -> None:
    recorded = {rail.name for rail in registry.INPUT} | {name for name, _ in reply_check.OUTPUT_RAILS}

    assert input_rails.Checked and recorded | {reply_check.MENDING_RAIL, telling.RAIL} == set(rail_names())
    assert len(rail_names()) == len(set(rail_names()))


@pytest.mark.parametrize("one", entries(), ids=lambda one: str(one.name))
def test_each_policy_says_who_owns_it_and_what_follows(one: register.Entry) -> None:
    about = one.policy

    assert about.purpose.rstrip().endswith(".") and about.owner and about.on_fail
    assert about.examples.caught and about.examples.allowed
    assert not about.on_error.lower().startswith(("pass", "allow"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("owner: Service owner", "", "owner", id="a key is missing"),
        pytest.param("on_error: block", "on_error: pass", "may not let anything through", id="an error would pass"),
        pytest.param("on_fail: block", "on_fial: block", "on_fial", id="a key is misspelt"),
        pytest.param("thresholds:", "thresholds: [", "not valid YAML", id="not YAML"),
    ],
)
def test_a_slip_names_the_file_the_line_and_what_to_do(old: str, new: str, says: str) -> None:
    text = source("reply_groundedness.yaml")

    with pytest.raises(PolicyProblem, match=r"reply_groundedness\.yaml, line \d+") as raised:
        checked("reply_groundedness.yaml", text.replace(old, new, 1))

    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("file", "good", "slip", "says"),
    [
        ("telling.yaml", '  - "{opens}"', '  - "({opens}"', "a pattern cannot be read"),
        ("telling.yaml", '  - "{opens}"', '  - "{openings}"', r"\{openings\} is not defined"),
        ("reply_harm.yaml", "{drug}", "({drug}", "a pattern cannot be read"),
        ("reply_harm.yaml", "{drug}", "{drugs}", r"\{drugs\} is not defined"),
    ],
)
def test_a_slip_in_a_pattern_is_named(file: str, good: str, slip: str, says: str) -> None:
    with pytest.raises(PolicyProblem, match=rf"{file}, line \d+: .*{says}"):
        checked(file, source(file).replace(good, slip, 1))


@pytest.mark.parametrize("deep", ["[" * 100_000, "- " * 100_000 + "x"])
def test_a_text_too_deep_for_the_reader_is_refused(deep: str) -> None:
    with pytest.raises(PolicyProblem, match="line 1: more than 20 lists within lists"):
        checked("danger.yaml", deep)


def test_parts_are_put_into_patterns() -> None:
    made = policy.pattern(["give (?:{dose}){1,2}", "{dose} more"], {"dose": "one|two"}, "^", "$")

    assert made.pattern == "^(?:give (?:one|two){1,2}|one|two more)$"
    assert made.search("Give one") and not policy.pattern(["give"], {}, case=True).search("Give")


def test_a_good_file_is_accepted_and_an_unknown_rail_is_not() -> None:
    assert checked("languages.yaml", source("languages.yaml")) == languages.POLICY
    assert entry("danger_rules") == entry("danger")
    with pytest.raises(RailUnknown, match="The rails: danger"):
        entry("nonsense")


def test_trying_a_message_says_what_every_input_rail_found() -> None:
    tried = try_message("my mum Jean cant breathe, ring 07700 900123")

    assert {verdict.rail for verdict in tried.verdicts} == {rail.name for rail in registry.INPUT}
    assert tried.urgency == "emergency" and "[NAME]" in tried.masked and "[PHONE]" in tried.masked


@pytest.mark.parametrize(
    "text", entry("personal_data").policy.examples.caught + entry("other_languages").policy.examples.caught
)
def test_caught_examples_of_the_input_rails_fire(text: str) -> None:
    assert any(
        not verdict.passed
        for verdict in try_message(text).verdicts
        if verdict.rail in ("personal_data", "other_languages")
    )


@pytest.mark.parametrize(
    "text", entry("personal_data").policy.examples.allowed + entry("other_languages").policy.examples.allowed
)
def test_allowed_examples_of_the_input_rails_pass(text: str) -> None:
    assert all(
        verdict.passed for verdict in try_message(text).verdicts if verdict.rail in ("personal_data", "other_languages")
    )


def test_a_slip_in_a_form_of_an_intent_is_named() -> None:
    slip = source("intent.yaml").replace("intents:\n  harm:\n", "intents:\n  harm:\n    - '(unclosed & form'\n", 1)

    with pytest.raises(PolicyProblem, match=r"intent\.yaml: harm: .*Correct the pattern"):
        checked("intent.yaml", slip)
