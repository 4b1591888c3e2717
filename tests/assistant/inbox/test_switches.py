"""A stop holds for each turn and for each message, and nothing but an approved release answers where that is asked for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.domain.limits import Limits
from assistant.domain.outcome import Outcome
from assistant.domain.turn import Heard, Turn
from assistant.inbox.answer import answer
from assistant.inbox.desk import Desk
from assistant.inbox.receive import receive
from assistant.inbox.send import send_turn
from assistant.pipeline.limits import LeaveOutPausedTopics
from tests.assistant.inbox.conftest import form
from tests.assistant.pipeline.fakes import BREAKS

QUESTION = "how do I get a break?"


async def asked(desk: Desk, text: str = QUESTION) -> str:
    """Take a message in and answer it; return the turn's id."""
    receipt = await receive(desk.store, form(text), datetime.now(UTC))
    return await answer(desk, receipt.inbound_id or 0)


async def told(desk: Desk, text: str = QUESTION) -> str:
    """Return the last words that the carer gets for a message."""
    turn_id = await asked(desk, text)
    await send_turn(desk, turn_id)
    return str(desk.sender.sent[-1][1])  # type: ignore[attr-defined]


async def stop(desk: Desk, scope: str = "all", target: str = "", mode: str = "pause") -> str:
    async with desk.store.write() as work:
        return await work.switches.set(scope, target, mode, "wrong figures", "staff:a", desk.clock.now())


def paused_text(desk: Desk) -> str:
    return desk.answerer.wording.canned(Outcome.PAUSED)


@pytest.mark.parametrize(("scope", "target"), [("all", ""), ("channel", "whatsapp")])
async def test_while_all_is_stopped_carers_hear_so_and_danger_is_answered(desk: Desk, scope: str, target: str) -> None:
    switch = await stop(desk, scope, target)

    assert await told(desk) == paused_text(desk)
    assert "Ring 999." in {await told(desk, "danger"), *(body for _, body in desk.sender.sent)}  # type: ignore[attr-defined]
    assert "Reply HUMAN" in await told(desk, "help")

    async with desk.store.write() as work:
        assert await work.switches.lift(switch, "figures put right", "staff:b", desk.clock.now())
        assert not await work.switches.lift(switch, "again", "staff:b", desk.clock.now())
    assert (await told(desk)).startswith(f"heard: {QUESTION}")


async def test_an_answer_written_before_the_stop_does_not_go_out(desk: Desk) -> None:
    turn_id = await asked(desk)
    danger_id = await asked(desk, "danger")
    await stop(desk)
    await send_turn(desk, turn_id)
    await send_turn(desk, danger_id)

    bodies = [body for _, body in desk.sender.sent]  # type: ignore[attr-defined]
    assert paused_text(desk) in bodies
    assert not any("heard" in body for body in bodies)
    assert bodies[-1] == "Ring 999."


async def test_only_the_approved_release_answers_where_that_is_asked_for(desk: Desk) -> None:
    live = replace(desk, only_approved=True)
    assert await told(live) == paused_text(live), "nothing was ever approved"
    for release, approved, answers in (
        ("r-test", False, False),
        ("r-other", True, False),
        ("r-test", True, True),
        ("r-other", True, False),
    ):
        async with live.store.write() as work:
            await work.releases.activate(release, approved, "staff:a", live.clock.now())
        assert (await told(live) == f"heard: {QUESTION}") is answers, (release, approved)
    assert await told(desk) == f"heard: {QUESTION}", "outside live the process's own release serves"


async def test_a_stopped_rail_means_no_model_s_words_and_a_stopped_topic_no_passage_of_it(desk: Desk) -> None:
    await stop(desk, "rail", "reply_tone")
    await stop(desk, "topic", "blue-badge")
    async with desk.store.read() as work:
        limits = await work.switches.limits("whatsapp")
    assert limits == Limits(quoted=True, topics=("blue-badge",))

    step = LeaveOutPausedTopics(desk.answerer.wording)
    badge, breaks = replace(BREAKS, document="blue-badge"), BREAKS
    turn = Turn((Heard(QUESTION),), limits=limits)
    assert (await step(replace(turn, passages=(badge, breaks)))).outcome is Outcome.PAUSED
    assert (await step(replace(turn, passages=(breaks, badge)))).passages == (breaks,)
