"""Whatever a message was taken for, no reply says how much of a medicine, or how often."""

from dataclasses import replace

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Passage
from rails import reply_check
from tests.assistant.pipeline.fakes import BREAKS, Fakes
from tests.assistant.pipeline.test_answering import Writer

QUESTION = "how do I get a break?"


class Checked(Fakes):
    """Parts with the real check on replies."""

    check = staticmethod(reply_check.check)  # type: ignore[assignment]


def passage(text: str, score: float = 0.9) -> Passage:
    return replace(BREAKS, text=text, score=score)


async def test_a_question_whose_nearest_passage_gives_a_dose_is_one_for_a_pharmacist() -> None:
    turn = await Fakes(passages=[passage("Ask 111. Give two tablets.")]).ask(QUESTION)
    assert (turn.outcome, turn.citations, turn.categories) == (Outcome.DECLINED_DOSE, (), ("medication",))


async def test_a_dose_further_down_is_left_out_of_the_answer() -> None:
    further = [passage("Ask 111. Give two tablets.", 0.8), passage("Take 500mg.", 0.7)]
    turn = await Fakes(passages=[BREAKS, *further]).ask(QUESTION)
    assert turn.outcome is Outcome.ANSWERED
    assert [one.text for one in turn.passages] == [BREAKS.text, "Ask 111."]
    assert "tablets" not in turn.reply[0]


async def test_a_draft_with_a_dose_is_never_sent() -> None:
    turn = await Checked().ask(
        QUESTION, model=Writer(answer="You can ask the council for a break. She can have two tablets.")
    )
    assert turn.outcome is Outcome.ANSWERED_MODEL_BLOCKED
    assert ("gives_no_dose", "fail") in {(one.rail, one.result) for one in turn.findings}
    assert BREAKS.text in turn.reply[0] and "tablets" not in turn.reply[0]
