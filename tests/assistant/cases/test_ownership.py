"""While a person owns the thread the assistant sends nothing but safety texts, whatever happens in which order."""

import asyncio
import contextlib
import os
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assistant.cases.errors import CaseError
from assistant.cases.service import Service
from assistant.channels.outcomes import SendUnknown
from assistant.inbox.clockwork import tick
from assistant.inbox.send import send_turn
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from tests.assistant.cases.room import ANNA, BEN, Room
from tests.databases import ready_database

READ_FIRST = Service(approve_within=timedelta(minutes=10))
"""A service in which a person reads each answer before it goes out."""
RUNS = int(os.environ.get("INTERLEAVINGS", "8"))
"""Random interleavings. The bar is 10,000: INTERLEAVINGS=10000."""
BY_PERSON = ("You are now talking to", "person says", "has handed you back", "Ring 999.")
TEXTS = st.sampled_from(
    ["breaks?", "weather?", "HUMAN", "1", "2", "danger", "STOP", "START", "that didn't help", "complaint", "SAFE"]
)
STAFF = st.sampled_from([ANNA, BEN])


class Died(Exception):
    """The process is killed while the provider has the message."""


class Ownership(RuleBasedStateMachine):
    """Carer messages, take-overs, hand-backs, undo, timers, broken lines, and crashes at any point, in any order."""

    folder: Path
    settings: Settings
    engine: Any
    """One for all interleavings, let go of between them: a new one would make each statement anew."""
    counted: ClassVar[list[int]] = []
    """Steps of each interleaving that was run to its end."""

    def __init__(self) -> None:
        super().__init__()
        for file in self.folder.glob("kith.db*"):
            file.unlink()
        ready_database(self.settings)
        self.loop = asyncio.new_event_loop()
        self.unsent: list[str] = []
        self.allowed: set[str] = set()
        self.owner, self.steps = "", 0

    @initialize(service=st.sampled_from([Service(), READ_FIRST]))
    def begins(self, service: Service) -> None:
        self.service = service
        self.room = Room.make(self.settings, service, self.store())
        self.unsent.append(self.do(self.room.hear("hello", send=False)))
        self.seen = 0

    def store(self) -> Store:
        """What a process opens when it starts."""
        return Store(self.engine, load_keys(self.settings))

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def attempt(self, staff: Any, act: str, *given: Any) -> bool:
        """Let a person try something; being told that it is not possible is no failure."""
        return bool(self.do(self.attempted(staff, act, *given)))

    async def attempted(self, staff: Any, act: str, *given: Any) -> bool:
        try:
            turn_id = await self.room.act(staff, act, *given, send=False)
        except CaseError:
            return False
        if turn_id:
            self.unsent.append(turn_id)
        if act in ("take_over", "refuse"):
            self.owner = staff.id
        elif act == "hand_back":
            self.owner = ""
        elif act == "hand_on" and self.owner:
            self.owner = given[0].id
        return True

    @rule(text=TEXTS)
    def carer_writes(self, text: str) -> None:
        """The turn is answered; its sends wait, as after a crash or behind a slow provider."""
        self.unsent.append(self.do(self.room.hear(text, send=False)))

    @rule(text=TEXTS, staff=STAFF, act=st.sampled_from(["take_over", "hand_back"]))
    def a_person_acts_while_the_answer_is_thought_about(self, text: str, staff: Any, act: str) -> None:
        async def acts() -> None:
            await self.attempted(staff, act)

        self.room.echo.meanwhile.append(acts)
        self.carer_writes(text)
        self.room.echo.meanwhile.clear()

    @precondition(lambda self: self.unsent)
    @rule(which=st.integers(0, 5), breaks=st.sampled_from(["", "", "", "line", "process"]), took=st.booleans())
    def something_is_sent(self, which: int, breaks: str, took: bool) -> None:
        """A send that breaks may have gone out or not; nobody knows until the provider is asked."""
        turn_id = self.unsent.pop(which % len(self.unsent))
        fault = {"line": SendUnknown("no answer"), "process": Died()}.get(breaks)
        self.room.sender.faults = [(fault, took)] if fault else []
        with contextlib.suppress(Died):
            self.do(send_turn(self.room.desk, turn_id))
        self.room.sender.faults = []
        if which == 5 or breaks == "process":  # a repeat, as after a crash while sending
            self.unsent.append(turn_id)

    @rule(staff=STAFF)
    def take_over(self, staff: Any) -> None:
        self.attempt(staff, "take_over")

    @rule(staff=STAFF)
    def hand_back(self, staff: Any) -> None:
        self.attempt(staff, "hand_back")

    @rule(staff=STAFF, to=STAFF)
    def hand_on(self, staff: Any, to: Any) -> None:
        self.attempt(staff, "hand_on", to)

    @rule(staff=STAFF)
    def person_writes(self, staff: Any) -> None:
        self.attempt(staff, "reply", "person says hello")

    @precondition(lambda self: self.service is READ_FIRST)
    @rule(staff=STAFF, act=st.sampled_from(["approve", "refuse"]))
    def a_draft_is_read(self, staff: Any, act: str) -> None:
        async def first() -> Any:
            async with self.room.desk.store.read() as work:
                drafts = await work.outbox.drafts()
            return drafts[0] if drafts else None

        draft = self.do(first())
        if draft and self.attempt(staff, act, draft.turn_id) and act == "approve":
            self.allowed.add(draft.turn_id)

    @rule(staff=STAFF)
    def resolve(self, staff: Any) -> None:
        self.attempt(staff, "resolve")

    @rule(seconds=st.sampled_from([1, 6, 70, 700]))
    def time_passes(self, seconds: int) -> None:
        self.room.clock.move(timedelta(seconds=seconds))
        self.unsent += [turn_id for turn_id, _ in self.do(tick(self.room.desk))]

    @rule()
    def process_restarts(self) -> None:
        """A new process on the same database; what was unsent is found by the sweep."""
        old = self.room
        self.do(old.desk.store.close())
        self.room = Room.make(self.settings, self.service, self.store(), old.clock)
        self.room.sender.sent = old.sender.sent
        self.room.arrived = old.arrived

    @invariant()
    def the_assistant_is_silent_while_a_person_owns(self) -> None:
        self.steps += 1
        fresh = self.room.sender.sent[self.seen :]
        self.seen = len(self.room.sender.sent)
        if self.owner:
            assert all(any(words in body for words in BY_PERSON) for _, body in fresh), fresh

    @invariant()
    def no_answer_goes_out_unread_where_each_is_read_first(self) -> None:
        async def gone() -> list[Any]:
            async with self.room.desk.store.read() as work:
                parts = await work.outbox.of_conversation(await self.room.conversation())
            return [part for part in parts if part.purpose == "reply" and part.state in ("sending", "sent")]

        if self.service is READ_FIRST:
            assert {part.turn_id for part in self.do(gone())} <= self.allowed

    @invariant()
    def the_database_agrees_who_owns(self) -> None:
        async def owner() -> str:
            async with self.room.desk.store.read() as work:
                standing = await work.people.standing(await self.room.conversation())
            assert standing
            return standing.held_by

        assert self.do(owner()) == self.owner

    def teardown(self) -> None:
        self.counted.append(self.steps)
        self.do(self.room.desk.store.close())
        self.loop.close()


@pytest.mark.timeout(0 if RUNS > 100 else 120)
def test_no_reply_by_the_assistant_in_any_interleaving(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Ownership.folder = tmp_path
    Ownership.settings = Settings(environment="test", var=tmp_path)
    Ownership.engine = make_engine(Ownership.settings)
    Ownership.counted.clear()
    all_checks = list(HealthCheck)
    run_state_machine_as_test(
        Ownership,
        settings=settings(max_examples=RUNS, stateful_step_count=14, deadline=None, suppress_health_check=all_checks),
    )
    if RUNS > 100:
        with capsys.disabled():
            print(f"{len(Ownership.counted):,} interleavings of {sum(Ownership.counted):,} steps in all")
    assert len(Ownership.counted) >= RUNS, "fewer interleavings than asked for"
