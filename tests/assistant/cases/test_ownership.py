"""While a person owns the thread the assistant sends nothing but safety texts, whatever happens in which order."""

import asyncio
import os
import shutil
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from assistant.cases.errors import CaseError
from assistant.inbox.clockwork import tick
from assistant.inbox.send import send_turn
from assistant.settings import Settings
from tests.assistant.cases.room import ANNA, BEN, Room

RUNS = int(os.environ.get("INTERLEAVINGS", "8"))
"""Random interleavings. The bar is 10,000: INTERLEAVINGS=10000."""
BY_PERSON = ("You are now talking to", "person says", "has handed you back", "Ring 999.")
TEXTS = st.sampled_from(
    ["breaks?", "weather?", "HUMAN", "1", "2", "danger", "STOP", "START", "that didn't help", "complaint", "SAFE"]
)
STAFF = st.sampled_from([ANNA, BEN])


class Ownership(RuleBasedStateMachine):
    """Carer messages, take-overs, hand-backs, undo, timers, and crashes between answering and sending, in any order."""

    made: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="kith-machine-"))
        shutil.copytree(self.made, self.folder / "var")
        self.loop = asyncio.new_event_loop()
        self.room = Room.make(Settings(environment="test", var=self.folder / "var"))
        self.unsent: list[str] = []
        self.owner = ""
        self.do(self.room.hear("hello"))
        self.seen = len(self.room.sender.sent)

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def attempt(self, staff: Any, act: str, *given: Any) -> None:
        """Let a person try something; being told that it is not possible is no failure."""
        try:
            turn_id = self.do(self.room.act(staff, act, *given, send=False))
        except CaseError:
            return
        if turn_id:
            self.unsent.append(turn_id)
        if act == "take_over":
            self.owner = staff.id
        elif act == "hand_back":
            self.owner = ""
        elif act == "hand_on" and self.owner:
            self.owner = given[0].id

    @rule(text=TEXTS)
    def carer_writes(self, text: str) -> None:
        """The turn is answered; its sends wait, as after a crash or behind a slow provider."""
        self.unsent.append(self.do(self.room.hear(text, send=False)))

    @precondition(lambda self: self.unsent)
    @rule(which=st.integers(0, 5))
    def something_is_sent(self, which: int) -> None:
        turn_id = self.unsent.pop(which % len(self.unsent))
        self.do(send_turn(self.room.desk, turn_id))
        if which == 5:  # a repeat, as after a crash while sending
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
        self.room = Room.make(Settings(environment="test", var=self.folder / "var"), clock=old.clock)
        self.room.sender.sent = old.sender.sent
        self.room.arrived = old.arrived

    @invariant()
    def the_assistant_is_silent_while_a_person_owns(self) -> None:
        fresh = self.room.sender.sent[self.seen :]
        self.seen = len(self.room.sender.sent)
        if self.owner:
            assert all(any(words in body for words in BY_PERSON) for _, body in fresh), fresh

    @invariant()
    def the_database_agrees_who_owns(self) -> None:
        async def owner() -> str:
            async with self.room.desk.store.read() as work:
                standing = await work.people.standing(await self.room.conversation())
            assert standing
            return standing.held_by

        assert self.do(owner()) == self.owner

    def teardown(self) -> None:
        self.do(self.room.desk.store.close())
        self.loop.close()
        shutil.rmtree(self.folder)


@pytest.mark.timeout(0 if RUNS > 100 else 120)
def test_no_reply_by_the_assistant_in_any_interleaving(made: Path) -> None:
    Ownership.made = made
    all_checks = list(HealthCheck)
    run_state_machine_as_test(
        Ownership,
        settings=settings(max_examples=RUNS, stateful_step_count=14, deadline=None, suppress_health_check=all_checks),
    )
