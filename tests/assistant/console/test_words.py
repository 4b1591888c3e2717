"""Nothing that the service records is shown to people as a bare code."""

import pytest

from assistant.console.words import has_words, outcome_words, verdict_words, words_for
from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Kind, Urgency
from assistant.pipeline import answering
from rails.danger_policy import CATEGORIES
from rails.input_rails import registry
from rails.reply_check import MENDING_RAIL, OUTPUT_RAILS

STEPS = [name for name in answering.answering_steps.__code__.co_names if name[0].isupper()]
RAILS = [rail.name for rail in registry.INPUT] + [name for name, _ in OUTPUT_RAILS] + [MENDING_RAIL]
OWN = ["embedder", "model", "pipeline", "dead_letter"]
REASONS = [
    "crisis", "safeguarding", "asked_for_person", "no_answer_twice", "reply_blocked", "unreadable_media", "dead_letter",
    "undelivered_crisis_text", "send_refused", *(one.value for one in Outcome if one.family == "error"),
]  # fmt: skip


def test_every_step_is_known() -> None:
    assert len(STEPS) >= 10
    assert [name for name in STEPS if not has_words(name, "steps")] == []


def test_every_rail_is_known() -> None:
    assert len(RAILS) >= 16
    assert [name for name in RAILS + OWN if not has_words(name, "rails")] == []


def test_every_category_reason_urgency_and_kind_is_known() -> None:
    assert [name for name in CATEGORIES if not has_words(name, "categories")] == []
    assert [name for name in REASONS if not has_words(name, "reasons")] == []
    assert [one for one in Urgency if not has_words(one.value, "urgency")] == []
    assert [one for one in Kind if one not in (Kind.TEXT, Kind.UNKNOWN) and not has_words(one.value, "kinds")] == []


def test_every_outcome_has_a_reason_and_only_what_rests_on_guidance_says_so() -> None:
    assert [one for one in Outcome if not has_words(one.family, "why")] == []
    bare = [Outcome.ANSWERED_SMALL_TALK, Outcome.ANSWERED_TELLING, Outcome.ANSWERED_ABOUT_KITH]
    assert [one for one in bare if "guidance that the council" in words_for(one.value, "why")] == []


def test_every_outcome_has_a_label_and_a_colour_that_the_pages_draw() -> None:
    for outcome in Outcome:
        label, colour = outcome_words(outcome.value)
        assert label[0].isupper()
        assert colour in {"green", "yellow", "blue", "red", "grey", "purple"}


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        pytest.param(Finding("tone_is_kind", "pass"), "The tone is kind.", id="pass"),
        pytest.param(Finding("tone_is_kind", "fail"), "The tone is not kind enough.", id="fail"),
        pytest.param(Finding("tone_is_kind", "error"), "Could not check: The tone is kind.", id="error"),
        pytest.param(Finding("new_rail", "fail"), "Not so: new rail", id="a rail without words"),
    ],
)
def test_a_verdict_is_a_sentence(finding: Finding, words: str) -> None:
    assert verdict_words(finding) == words


def test_an_unknown_name_is_shown_as_it_is() -> None:
    assert words_for("brand_new", "steps") == "brand new"
