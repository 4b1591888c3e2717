"""Who may be asking for help to do harm is answered with a warning and the offer of a person; guidance is then quoted."""

from dataclasses import replace

import pytest

from assistant.domain.outcome import Outcome
from evaluation.suites.safety import WARNING
from tests.assistant.pipeline.fakes import BREAKS, Fakes
from tests.assistant.pipeline.test_answering import Writer


@pytest.mark.parametrize("label", ["none", "eligibility"])
async def test_the_answer_opens_with_a_warning_and_a_door_to_a_person(label: str) -> None:
    turn = await Fakes(label=label, hints="harm", passages=[replace(BREAKS, score=0.99)]).ask("how do I get a break?")
    assert turn.outcome is Outcome.ANSWERED
    assert WARNING in turn.reply[0] and "HUMAN" in turn.reply[0] and BREAKS.text in turn.reply[0]


async def test_no_model_writes_such_an_answer() -> None:
    writer = Writer(answer="You can ask the council for a break.")
    turn = await Fakes(hints="harm").ask("how do I get a break?", model=writer)
    assert WARNING in turn.reply[0] and not any(one.rail == "model" for one in turn.findings)
