"""A carer who comes near to the end of their strength gets one kind line, at most once a day, and a person when it recurs."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Exchange, Heard, Past, Turn
from assistant.pipeline.soft_line import ONCE_IN, said_lately
from assistant.replay import Conversation
from rails.verdict import Result, Verdict
from tests.assistant.pipeline.fakes import Fakes

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LINE, AGAIN = "Talk to Samaritans.", "A person will look. Talk to Samaritans."
QUESTION = "How do I get a break?"


@dataclass
class Near(Fakes):
    """The checks find that every message comes near."""

    near: bool = True

    def screen(self, text: str, vectors: object, earlier: object) -> object:
        seen = super().screen(text, vectors, earlier)
        seen.verdicts += (Verdict("soft_line", Result.FAIL if self.near else Result.PASS),)
        return seen

    def chat(self, past: Past = Past()) -> Conversation:  # noqa: B008
        answerer = replace(self.answerer(), say_line=lambda again: AGAIN if again else LINE)
        return Conversation(answerer, past)


async def test_the_line_goes_under_the_usual_answer_once_and_opens_no_case() -> None:
    chat = Near().chat()
    first, second = await chat.ask(QUESTION), await chat.ask(QUESTION)

    assert first.outcome is Outcome.ANSWERED and first.reply[-1].endswith(LINE) and first.escalation is None
    assert LINE not in second.reply[-1] and second.escalation is None


async def test_the_third_time_a_person_is_asked_and_the_carer_told() -> None:
    chat = Near().chat()
    *_, third, fourth = [await chat.ask(QUESTION) for _ in range(4)]

    assert third.reply[-1].endswith(AGAIN) and third.escalation and third.escalation.reason == "near_danger"
    assert AGAIN not in fourth.reply[-1] and fourth.escalation and fourth.escalation.reason == "near_danger"


@pytest.mark.parametrize(
    ("fakes", "past"),
    [
        pytest.param(Near(near=False), Past(), id="nothing comes near"),
        pytest.param(Near(), Past(danger=("suicide_self_harm",)), id="the reminder after an alarm is there already"),
        pytest.param(Near(urgency="urgent", categories=("suicide_self_harm",)), Past(), id="the alarm was raised"),
    ],
)
async def test_the_line_stays_away(fakes: Near, past: Past) -> None:
    turn = await fakes.chat(past).ask(QUESTION)
    assert all(LINE not in text for text in turn.reply)


def test_the_line_is_not_said_again_within_a_day() -> None:
    said = Exchange("q", "a", "answered", near=True, at=NOW)
    assert said_lately([said], NOW + timedelta(hours=23))
    assert not said_lately([said], NOW + ONCE_IN)
    assert not said_lately([replace(said, near=False)], NOW)


async def test_without_the_line_an_answer_stays_as_it_is() -> None:
    turn = await Near().answerer()(Turn((Heard(QUESTION),)))
    assert turn.outcome is Outcome.ANSWERED and "Samaritans" not in turn.reply[-1]
