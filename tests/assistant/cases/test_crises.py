"""304 scripted crises with model, index and embedder down in every combination, and 38 with the database down: the right text, a case, an alert."""

import html
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from assistant.benches.rig import share
from assistant.cases.rota import Rota
from assistant.cases.service import Service
from assistant.channels.sender import Received
from assistant.domain.turn import Passage
from assistant.doors import words_when_down
from assistant.errors import ModelDown
from assistant.inbox.answer import answer as answer_turn
from assistant.inbox.clockwork import tick
from assistant.inbox.sweep import sweep
from assistant.pipeline.answering import Answerer, answering_steps
from assistant.settings import Settings
from assistant.storage.case_tables import CaseAlertRow
from assistant.storage.tables import EscalationRow, TurnRow
from assistant.wiring import Brain, alarming, make_brain
from rails import languages
from rails.crisis_texts import reply_for
from tests.assistant.cases.room import Room
from tests.assistant.cases.test_clocks import Told
from tests.assistant.web.test_webhook import TOKEN, client_of, inbound, post
from tests.assistant.web.test_webhook import Desk as Webhook

CRISES = (Path(__file__).parent / "crises.txt").read_text(encoding="utf-8").splitlines()
STEP = 1 if os.environ.get("CRISES") == "all" else 3
"""CRISES=all, as in `make prove`, tries all 38 texts in each combination; else each takes another third of them."""
LONGEST = 5.0
"""Seconds within which a carer in danger has the text."""


class Down:
    """An embedder, a search or a model that cannot be reached."""

    name = "down"

    async def embed(self, texts: Sequence[str]) -> list[Any]:
        raise ConnectionError

    async def __call__(self, *given: Any, **more: Any) -> list[Passage]:
        raise ModelDown


@pytest.fixture(scope="module")
def brain(tmp_path_factory: pytest.TempPathFactory, shared_var: Path) -> Brain:
    """The real steps, rails, index and embedder."""
    var = tmp_path_factory.mktemp("brain") / "var"
    share(var, shared_var)
    return make_brain(Settings(environment="test", var=var))


def texts_for(turn: Any, brain: Brain) -> list[str]:
    """The fixed texts for what was found: spoken to the one in danger, to somebody who worries, to a child."""
    found = turn.categories, turn.urgency, brain.settings.contacts
    return [str(reply_for(*found, hints).text) for hints in ((), ("other",), ("young",), ("other", "young"))]


@pytest.mark.parametrize(
    ("model_down", "index_down", "embedder_down"),
    list(product((False, True), repeat=3)),
    ids=lambda down: "down" if down else "up",
)
async def test_every_crisis_gets_its_text_a_case_and_an_alert(
    brain: Brain, lite: Settings, model_down: bool, index_down: bool, embedder_down: bool
) -> None:
    told = Told()
    room = Room.make(lite, Service(rota=Rota(("json://team",)), send_alert=told))
    parts = replace(
        brain.parts,
        model=Down() if model_down else None,
        search=Down() if index_down else brain.parts.search,
        embedder=Down() if embedder_down else brain.parts.embedder,
    )
    room.desk.answerer.now = Answerer(answering_steps(parts), brain.wording, "r-test")
    room.desk = replace(room.desk, alarming=alarming)
    room.desk.service.warm(room.clock.now())
    alarming("hello")  # as at the start of the service: rules and calendar are loaded before the first carer writes
    slowest = 0.0
    texts = CRISES[(model_down + 2 * index_down + 4 * embedder_down) % STEP :: STEP]
    for number, text in enumerate(texts):
        started, before = time.perf_counter(), len(room.said)
        await room.hear(text, address=f"whatsapp:+4477009{number:05}")
        slowest = max(slowest, time.perf_counter() - started)
        assert len(room.said) > before, text
    await tick(room.desk)
    turns = {turn.conversation_id: turn for turn in await room.rows(TurnRow)}
    fixed = [texts_for(turn, brain) for turn in turns.values()]
    cases = {
        case.conversation_id for case in await room.rows(EscalationRow) if case.reason in ("crisis", "safeguarding")
    }
    assert len(turns) == len(texts)
    assert "none" not in {turn.urgency for turn in turns.values()}
    assert all(any(text in room.said for text in ones) for ones in fixed)
    assert cases == set(turns)
    assert {row.state for row in await room.rows(CaseAlertRow)} == {"sent"}
    assert len(told.alerts) >= len(texts)
    assert slowest < LONGEST
    await room.desk.store.close()


async def test_with_the_database_down_the_webhook_itself_answers_and_on_recovery_a_case_and_an_alert_follow(
    brain: Brain, lite: Settings
) -> None:
    told, texts = Told(), CRISES[::STEP]
    room = Room.make(lite, Service(rota=Rota(("json://team",)), send_alert=told))
    room.desk.answerer.now = Answerer(answering_steps(brain.parts), brain.wording, "r-test")
    words = words_when_down(brain.settings)
    words("hello")
    async with client_of(Webhook(is_up=False), [TOKEN], words) as provider:
        for number, text in enumerate(texts):
            sid, digits = f"SM{number:032x}", f"4477008{number:05}"
            form = inbound(text, MessageSid=sid, SmsSid=sid, From=f"whatsapp:+{digits}", WaId=digits)
            started = time.perf_counter()
            answer = await post(provider, form)
            assert time.perf_counter() - started < LONGEST
            seen = languages.screen(text)
            fixed = str(languages.reply_for(seen.categories, seen.urgency, brain.settings.contacts, seen.hints).text)
            assert fixed in html.unescape(answer.text), text
            room.sender.inbound.append(Received(sid, form["From"], text, 0, room.clock.now()))
    found = await sweep(room.desk)
    for receipt, _ in found.unanswered:
        await answer_turn(room.desk, receipt.inbound_id or 0)
    await tick(room.desk)
    urgent = [case for case in await room.rows(EscalationRow) if case.reason in ("crisis", "safeguarding")]
    assert len({case.conversation_id for case in urgent}) == len(texts)
    assert len(told.alerts) >= len(texts)
    await room.desk.store.close()
