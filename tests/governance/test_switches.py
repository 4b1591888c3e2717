"""Stops by people and by the circuit breaker: who may, what is refused, what trips, and that it does not trip for old news."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from assistant.cases.alerter import Alert
from assistant.cases.rota import Rota
from assistant.cases.service import Service
from assistant.domain.limits import Limits
from assistant.domain.roles import Role, Staff
from assistant.domain.turn import Heard
from assistant.errors import KithError
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.notes import NewReport
from assistant.storage.store import Store
from assistant.storage.tables import EscalationRow, TurnRow
from assistant.testing import FakeClock
from evaluation.evidence import Verdict
from evaluation.tables import RunRow
from governance.breaker import INDICATORS, every_minute
from governance.gate import Acceptance
from governance.policy import policy_of
from governance.releases import Wish, accept, activate, decide, propose
from governance.switches import Stop, lift, stop
from tests.databases import ready_database
from tests.governance.test_gate import FACTS, NAMES, PEOPLE, filled
from tests.governance.test_measures import put

LEAD = Staff("lee", "Lee", frozenset({Role.TEAM_LEAD}))
AUTHOR = Staff("ann", "Ann", frozenset({Role.AUTHOR}))


@dataclass
class Around:
    """As much of a desk as the breaker needs."""

    store: Store
    clock: FakeClock = field(default_factory=FakeClock)
    told: list[str] = field(default_factory=list)

    @property
    def service(self) -> Service:
        async def send(target: str, alert: Alert) -> bool:
            self.told.append(alert.title)
            return True

        return Service(rota=Rota(team=("json://localhost",)), send_alert=send)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Any]:
    settings = Settings(environment="test", var=tmp_path)
    ready_database(settings)
    around = Around(Store(make_engine(settings), load_keys(settings)))
    yield around
    await around.store.close()


async def limits(desk: Any) -> Limits:
    async with desk.store.read() as work:
        found: Limits = await work.switches.limits("whatsapp")
        return found


async def test_a_stop_needs_the_role_a_reason_and_something_to_stop(desk: Any) -> None:
    refused = [
        (AUTHOR, "all", "", "pause", "wrong figures", "Your roles do not include this"),
        (LEAD, "all", "", "pause", "  ", "Give the reason"),
        (LEAD, "channel", "sms", "pause", "why", "one channel so far"),
        (LEAD, "topic", "no-such", "pause", "why", "no document called"),
        (LEAD, "weather", "", "pause", "why", "what to stop"),
    ]
    for staff, scope, target, mode, why, says in refused:
        async with desk.store.write() as work:
            with pytest.raises(KithError, match=says):
                await stop(work, staff, Stop(scope, target, mode, why), desk.clock.now(), known=["blue-badge"])
    assert await limits(desk) == Limits()

    async with desk.store.write() as work:
        switch = await stop(
            work, LEAD, Stop("topic", "blue-badge", "pause", "wrong fee"), desk.clock.now(), ["blue-badge"]
        )
    assert await limits(desk) == Limits(topics=("blue-badge",))
    async with desk.store.write() as work:
        with pytest.raises(KithError, match="Your roles do not include this"):
            await lift(work, AUTHOR, switch, "put right", desk.clock.now())
        await lift(work, LEAD, switch, "put right", desk.clock.now())
        with pytest.raises(KithError, match="Somebody else was quicker"):
            await lift(work, LEAD, switch, "put right", desk.clock.now())
    assert await limits(desk) == Limits()


async def test_reports_of_harm_past_the_limit_pause_the_service_until_somebody_lets_it_go_on(desk: Any) -> None:
    settings = Settings(environment="test")

    async def report(many: int) -> None:
        async with desk.store.write() as work:
            conversation = await work.people.conversation_of("whatsapp:+447700900123", desk.clock.now())
            await work.inbound.add(conversation, f"SM{desk.clock.now()}", Heard("x"), desk.clock.now())
            for _ in range(many):
                await work.notes.report(NewReport("incident", conversation, "staff:lee"), desk.clock.now())

    await report(2)
    await every_minute(desk, settings)
    assert not (await limits(desk)).paused, "at the limit is not past it"
    await report(1)
    await every_minute(desk, settings)
    await every_minute(desk, settings)
    assert (await limits(desk)).paused
    assert desk.told == ["Kith: Reports by staff that a reply could have harmed somebody"], "told once"

    async with desk.store.write() as work:
        [standing] = await work.switches.standing()
        desk.clock.move(timedelta(minutes=1))
        await lift(work, LEAD, standing.id, "guidance put right", desk.clock.now())
    desk.clock.move(timedelta(minutes=1))
    await every_minute(desk, settings)
    assert not (await limits(desk)).paused, "old news does not stop it again"
    await report(3)
    await every_minute(desk, settings)
    assert (await limits(desk)).paused


async def serving(desk: Any, verdict: Verdict, accepted_days: int = 0) -> str:
    """Let an emergency change serve whose suites came out so, and return its name."""
    name, gate, now = NAMES[0], policy_of(Settings()).gate, desk.clock.now()
    measure = {
        "name": "m",
        "value": 1.0,
        "n": 9,
        "low": None,
        "high": None,
        "mark": "x",
        "met": verdict is Verdict.PASS or None,
    }
    async with desk.store.write() as work:
        for suite in ("safety", "security"):
            row = {"release_id": name, "suite": suite, "verdict": verdict.value, "measures": [measure], "is_whole": True,
                   "finished_at": now}  # fmt: skip
            await work.connection.execute(insert(RunRow).values(**filled(row)))
        await propose(work, PEOPLE["ann"], Wish(name, FACTS[name], "emergency", "a wrong number is live"), gate, now)
        await decide(work, PEOPLE["ben"], name, "approve", "it cannot wait", now)
    if accepted_days:
        await accepted(desk, name, accepted_days)
    async with desk.store.write() as work:
        await activate(work, PEOPLE["ann"], name, gate, now)
    return name


async def accepted(desk: Any, name: str, days: int) -> None:
    now = desk.clock.now()
    async with desk.store.write() as work:
        for suite in ("safety", "security"):
            wish = Acceptance(suite, "ben", "more cases come", now + timedelta(days=days))
            await accept(work, PEOPLE["ben"], name, wish, policy_of(Settings()).gate, now)


@pytest.mark.parametrize("reviewed", [True, False])
async def test_an_emergency_change_that_nobody_looks_at_again_falls_back_to_quotes(desk: Any, reviewed: bool) -> None:
    name = await serving(desk, Verdict.PASS)
    desk.clock.move(timedelta(days=4))
    if reviewed:
        async with desk.store.write() as work:
            await decide(work, PEOPLE["cat"], name, "review", "it was right", desk.clock.now())
    await every_minute(desk, Settings())
    assert desk.told == []
    desk.clock.move(timedelta(days=2))
    await every_minute(desk, Settings())
    await every_minute(desk, Settings())
    assert desk.told == ([] if reviewed else ["Kith: An emergency change was not reviewed in time"])
    assert (await limits(desk)).quoted is not reviewed


async def test_too_little_evidence_is_borne_until_the_day_that_the_board_named(desk: Any) -> None:
    name = await serving(desk, Verdict.INSUFFICIENT, accepted_days=9)
    async with desk.store.write() as work:
        await decide(work, PEOPLE["cat"], name, "review", "it was right", desk.clock.now())
    desk.clock.move(timedelta(days=8))
    await every_minute(desk, Settings())
    assert desk.told == []
    desk.clock.move(timedelta(days=1))
    await every_minute(desk, Settings())
    assert desk.told == ["Kith: Too little evidence was accepted until a day that is past"]
    assert (await limits(desk)).quoted
    async with desk.store.write() as work:
        [standing] = await work.switches.standing()
        assert "safety, security" in standing.why
        await lift(work, LEAD, standing.id, "the board has accepted it anew", desk.clock.now())
    await accepted(desk, name, 5)
    await every_minute(desk, Settings())
    assert not (await limits(desk)).quoted


@pytest.mark.parametrize(
    ("indicator", "outcomes", "reasons", "counted"),
    [
        pytest.param(
            "groundedness_failures",
            ["answered"] * 3 + ["answered_quote_model_blocked", "declined_dose"],
            [],
            (1, 4),
            id="drafts",
        ),
        pytest.param("errors", ["answered"] * 3 + ["error_search"], [], (1, 4), id="faults"),
        pytest.param("undelivered_crisis_texts", [], ["undelivered_crisis_text", "crisis"], (1, 1), id="crisis texts"),
    ],
)
async def test_each_indicator_counts_what_it_is_named_for(
    desk: Any, indicator: str, outcomes: list[str], reasons: list[str], counted: tuple[int, int]
) -> None:
    now = desk.clock.now()
    async with desk.store.write() as work:
        conversation = await work.people.conversation_of("whatsapp:+447700900123", now)
        for at, outcome in enumerate(outcomes):
            await put(work, TurnRow, id=f"t{at}", conversation_id=conversation, release_id="r-1", outcome=outcome, urgency="none",
                      categories=[], question_sealed=b"x", reply_sealed=b"x", findings=[], passages=[], citations=[],
                      timings_ms=[], started_at=now, finished_at=now)  # fmt: skip
        for at, reason in enumerate(reasons):
            await put(work, EscalationRow, id=f"e{at}", conversation_id=conversation, reason=reason, urgency="urgent", created_at=now)  # fmt: skip
        assert await INDICATORS[indicator](work, now) == counted
        assert await INDICATORS[indicator](work, now + timedelta(minutes=1)) == (0, 0)
