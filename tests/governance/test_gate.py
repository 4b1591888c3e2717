"""The gate opens only when nothing is missing, and no order of commands gets round it."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import insert

from assistant.domain.roles import Role, Staff
from assistant.errors import KithError
from assistant.release import release_id
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from evaluation.evidence import Measure, SuiteEvidence, Verdict
from evaluation.tables import RunRow
from governance.gate import Acceptance, Approval, Dossier, Proposal, blocks, review_due
from governance.policy import Gate, policy_of
from governance.releases import Wish, accept, activate, decide, propose, roll_back, standing
from tests.databases import ready_database

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
GATE = Gate.model_validate(
    {
        "evidence_lasts_days": 30,
        "most_days_accepted": 90,
        "paths": {
            "full": {
                "title": "Any",
                "suites": ["safety", "bias"],
                "approvals": [["board_member"], ["information_governance"]],
            },
            "light": {
                "title": "Guidance",
                "suites": ["safety"],
                "approvals": [["board_member"]],
                "only_changes": ["guidance"],
                "affected_cases": True,
            },
            "emergency": {
                "title": "Emergency",
                "suites": ["safety"],
                "approvals": [["board_member", "information_governance"]],
                "review_within_days": 5,
            },
        },
    }
)
BOARD, IG, BOTH = (
    Role.BOARD_MEMBER,
    Role.INFORMATION_GOVERNANCE,
    frozenset({Role.BOARD_MEMBER, Role.INFORMATION_GOVERNANCE}),
)


def suite(name: str, verdict: Verdict = Verdict.PASS, met: bool | None = True, value: float | None = 0.99, days: int = 1) -> SuiteEvidence:  # fmt: skip
    measures = [Measure("recall", value, 300, 0.97, 1.0, mark="at least 95%", met=met)]
    return SuiteEvidence(name, "run", NOW - timedelta(days=days), verdict, measures)


def approval(who: str, *roles: Role, decision: str = "approve", hours: int = 1) -> Approval:
    return Approval(who, frozenset(roles), decision, "looks right", NOW - timedelta(hours=24) + timedelta(hours=hours))


PROPOSAL = Proposal("r-1", {"guidance": "b", "model": "m"}, "full", "new guidance", "ann", NOW - timedelta(hours=24))
GOOD = Dossier(PROPOSAL, [suite("safety"), suite("bias")], [approval("ben", BOARD), approval("cat", IG)], [], None)


def test_a_whole_dossier_opens_the_gate() -> None:
    assert blocks(GATE, GOOD, NOW) == []


@pytest.mark.parametrize(
    ("dossier", "says"),
    [
        pytest.param(replace(GOOD, proposal=None), "Nobody has proposed", id="not proposed"),
        pytest.param(replace(GOOD, evidence=[suite("safety")]), "has not been run", id="a suite is missing"),
        pytest.param(replace(GOOD, evidence=[suite("safety"), suite("bias", days=31)]), "days old", id="stale"),
        pytest.param(
            replace(GOOD, evidence=[suite("safety"), replace(suite("bias"), carried=9, oldest_at=NOW)]), "asks for every case", id="carried over on the full path"
        ),
        pytest.param(replace(GOOD, evidence=[suite("safety"), suite("bias", Verdict.FAIL, False)]), "failed", id="failed"),
        pytest.param(
            replace(GOOD, evidence=[suite("safety"), suite("bias", Verdict.PASS, False)]), "failed", id="says pass, mark not met"
        ),
        pytest.param(
            replace(GOOD, evidence=[suite("safety"), suite("bias", Verdict.UNSCORED, None, None)]), "measured nothing", id="unscored"
        ),
        pytest.param(
            replace(GOOD, evidence=[suite("safety"), suite("bias", Verdict.PASS, None, None)]), "measured nothing", id="says pass, no value"
        ),
        pytest.param(
            replace(GOOD, evidence=[suite("safety"), replace(suite("bias"), measures=[])]), "measured nothing", id="no marks at all"
        ),
        pytest.param(
            replace(GOOD, evidence=[suite("safety"), suite("bias", Verdict.INSUFFICIENT, None)]), "too little", id="too little evidence"
        ),
        pytest.param(replace(GOOD, approvals=[approval("ben", BOARD)]), "information governance", id="one approval"),
        pytest.param(replace(GOOD, approvals=[approval("ben", BOARD, IG)]), "approval is missing", id="one person, both roles"),
        pytest.param(replace(GOOD, approvals=[approval("ann", BOARD), approval("cat", IG)]), "board member", id="own proposal"),
        pytest.param(
            replace(GOOD, approvals=[*GOOD.approvals, approval("dan", IG, decision="reject")]), "rejected", id="somebody rejects"
        ),
        pytest.param(
            replace(GOOD, approvals=[*GOOD.approvals, approval("cat", IG, decision="reject", hours=2)]), "rejected", id="changed mind"
        ),
        pytest.param(
            replace(GOOD, approvals=[approval("ben", BOARD, hours=-1), approval("cat", IG)]), "board member", id="approved before it was proposed again"
        ),
        pytest.param(replace(GOOD, proposal=replace(PROPOSAL, path="light")), "none serves yet", id="light without an approved one"),
        pytest.param(
            replace(GOOD, proposal=replace(PROPOSAL, path="light"), serving={"guidance": "a", "model": "other"}), "change of: model", id="light for more than guidance"
        ),
    ],
)  # fmt: skip
def test_whatever_is_missing_keeps_it_shut(dossier: Dossier, says: str) -> None:
    against = blocks(GATE, dossier, NOW)
    assert any(says in one.says for one in against), against


def test_too_little_evidence_can_be_accepted_for_a_time_and_failure_never() -> None:
    accepted = [Acceptance("bias", "ben", "more cases come in May", NOW + timedelta(days=9))]
    unsure = replace(GOOD, evidence=[suite("safety"), suite("bias", Verdict.INSUFFICIENT, None)], acceptances=accepted)
    assert blocks(GATE, unsure, NOW) == []
    assert blocks(GATE, unsure, NOW + timedelta(days=9)), "the acceptance has ended"
    failed = replace(unsure, evidence=[suite("safety"), suite("bias", Verdict.FAIL, False)])
    assert blocks(GATE, failed, NOW)


def test_the_lighter_path_and_two_roles_held_by_one_of_two_people() -> None:
    light = replace(GOOD, proposal=replace(PROPOSAL, path="light"), serving={"guidance": "a", "model": "m"})
    assert blocks(GATE, replace(light, evidence=[suite("safety")], approvals=[approval("ben", BOARD)]), NOW) == []
    carried = replace(suite("safety"), carried=250, oldest_at=NOW - timedelta(days=29))
    light = replace(light, evidence=[carried], approvals=[approval("ben", BOARD)])
    assert blocks(GATE, light, NOW) == []
    assert "days old" in blocks(GATE, light, NOW + timedelta(days=2))[0].says, "carried results age from their own day"
    assert blocks(GATE, replace(GOOD, approvals=[approval("ben", BOARD, IG), approval("cat", BOARD)]), NOW) == []


def test_an_emergency_change_must_be_looked_at_by_another_person() -> None:
    emergency = replace(GOOD, proposal=replace(PROPOSAL, path="emergency"), approvals=[approval("ben", BOARD)])
    assert blocks(GATE, emergency, NOW) == []
    assert review_due(GATE, emergency) == PROPOSAL.proposed_at + timedelta(days=5)
    own = replace(emergency, approvals=[*emergency.approvals, approval("ben", BOARD, decision="review")])
    assert review_due(GATE, own) is not None
    done = replace(emergency, approvals=[*emergency.approvals, approval("cat", IG, decision="review", hours=3)])
    assert review_due(GATE, done) is not None, "it has not served, so nobody can have looked back on it"
    assert review_due(GATE, replace(done, served_at=NOW)) is not None, "it was looked at before it served"
    assert review_due(GATE, replace(done, served_at=PROPOSAL.proposed_at + timedelta(hours=2))) is None


def test_the_policy_that_ships_names_suites_that_exist() -> None:
    import yaml

    marks = yaml.safe_load(Path("evaluation/marks.yaml").read_text())["suites"]
    for route in policy_of(Settings()).gate.paths.values():
        assert set(route.suites) <= set(marks)


Result = TypeVar("Result")
ORDERS = int(os.environ.get("ORDERS", "8"))
"""Random orders of commands. The long run: ORDERS=1000."""
PEOPLE = {
    "ann": Staff("ann", "Ann", frozenset({Role.PUBLISHER})),
    "ben": Staff("ben", "Ben", frozenset({BOARD})),
    "cat": Staff("cat", "Cat", frozenset({IG})),
    "dan": Staff("dan", "Dan", frozenset({*BOTH, Role.PUBLISHER})),
    "eve": Staff("eve", "Eve", frozenset({Role.SUPPORT_WORKER, Role.ADMINISTRATOR})),
}
FACTS = {release_id(facts): facts for facts in ({"guidance": g, "model": m} for g, m in ("ax", "bx", "ay"))}
NAMES, SUITES = sorted(FACTS), ("safety", "bias")


class EveryOrder(RuleBasedStateMachine):
    """Random commands by random people; whatever serves was whole when it began to, by a count of our own."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template / "kith.db", self.folder / "kith.db")
        settings_ = Settings(environment="test", var=self.folder)
        self.store = Store(make_engine(settings_), load_keys(settings_))
        self.now = NOW
        self.runs: dict[tuple[str, str], tuple[Verdict, datetime]] = {}
        self.proposed: dict[str, tuple[str, str, datetime]] = {}
        self.said: dict[str, dict[str, tuple[str, datetime]]] = {name: {} for name in NAMES}
        self.accepted: dict[tuple[str, str], datetime] = {}
        self.passed: set[str] = set()
        self.serving = ""

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def attempt(self, act: Any, *given: Any) -> bool:
        """Run one command in a transaction; False when it is refused."""

        async def once() -> None:
            async with self.store.write() as work:
                await act(work, *given)

        try:
            self.do(once())
        except KithError:
            return False
        return True

    def teardown(self) -> None:
        self.do(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    @rule(
        name=st.sampled_from(NAMES),
        path=st.sampled_from(["full", "light", "emergency"]),
        forgets=st.sampled_from(["", "", "safety", "bias", "ben", "cat"]),
    )
    def do_all_but_one_thing(self, name: str, path: str, forgets: str) -> None:
        self.propose(name, "ann", path)
        for suite in SUITES:
            if suite != forgets:
                self.evaluate(name, suite, Verdict.PASS)
        for who in ("ben", "cat"):
            if who != forgets:
                self.decide_on(name, who, "approve")
        self.activate(name, "ann")

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=1)

    @rule(
        name=st.sampled_from(NAMES),
        suite=st.sampled_from(SUITES),
        verdict=st.sampled_from([*Verdict, *[Verdict.PASS] * 4]),
    )
    def evaluate(self, name: str, suite: str, verdict: Verdict) -> None:
        met = {Verdict.PASS: True, Verdict.FAIL: False}.get(verdict)
        measure = {
            "name": "m",
            "value": None if verdict is Verdict.UNSCORED else 1.0,
            "n": 9,
            "low": None,
            "high": None,
            "mark": "x",
            "met": met,
        }
        self.now += timedelta(minutes=1)
        self.do(self._add_run(name, suite, verdict, [measure]))
        self.runs[name, suite] = (verdict, self.now)

    async def _add_run(self, name: str, suite: str, verdict: Verdict, measures: list[Any]) -> None:
        row = {"release_id": name, "suite": suite, "verdict": verdict.value, "measures": measures, "is_whole": True,
               "finished_at": self.now}  # fmt: skip
        async with self.store.write() as work:
            await work.connection.execute(insert(RunRow).values(**filled(row)))

    @rule(
        name=st.sampled_from(NAMES),
        who=st.sampled_from(["ann", "ann", "dan", "ben"]),
        path=st.sampled_from(["full", "light", "emergency"]),
    )
    def propose(self, name: str, who: str, path: str) -> None:
        self.now += timedelta(minutes=1)
        if self.attempt(propose, PEOPLE[who], Wish(name, FACTS[name], path, "because"), GATE, self.now):
            self.proposed[name] = (who, path, self.now)

    @precondition(lambda self: self.proposed)
    @rule(
        data=st.data(),
        who=st.sampled_from(sorted(PEOPLE)),
        decision=st.sampled_from(["approve"] * 5 + ["reject", "review"]),
    )
    def decide(self, data: st.DataObject, who: str, decision: str) -> None:
        self.decide_on(data.draw(st.sampled_from(sorted(self.proposed))), who, decision)

    def decide_on(self, name: str, who: str, decision: str) -> None:
        self.now += timedelta(minutes=1)
        if self.attempt(decide, PEOPLE[who], name, decision, "because", self.now) and decision != "review":
            self.said[name][who] = (decision, self.now)

    @rule(
        name=st.sampled_from(NAMES),
        who=st.sampled_from(sorted(PEOPLE)),
        suite=st.sampled_from(SUITES),
        days=st.integers(-3, 100),
    )
    def accept(self, name: str, who: str, suite: str, days: int) -> None:
        ends = self.now + timedelta(days=days)
        if self.attempt(accept, PEOPLE[who], name, Acceptance(suite, who, "because", ends), GATE, self.now):
            self.accepted[name, suite] = max(ends, self.accepted.get((name, suite), ends))

    @rule(name=st.sampled_from(NAMES), who=st.sampled_from(["ann", "ann", "dan", "ben", "eve"]))
    def activate(self, name: str, who: str) -> None:
        if self.attempt(activate, PEOPLE[who], name, GATE, self.now):
            assert Role.PUBLISHER in PEOPLE[who].roles
            assert self.may_serve(name), name
            self.passed.add(name)
            self.serving = name
        elif Role.PUBLISHER in PEOPLE[who].roles:
            assert not self.may_serve(name), "the gate was shut on a whole release"

    @rule(who=st.sampled_from(["ann", "dan", "cat"]), to=st.sampled_from(["", *NAMES]))
    def go_back(self, who: str, to: str) -> None:
        async def back(work: Any) -> None:
            self.serving = await roll_back(work, PEOPLE[who], self.now, to)

        if self.attempt(back):
            assert self.serving in self.passed
            assert not any(decision == "reject" for decision, _ in self.said[self.serving].values())

    @invariant()
    def only_what_passed_serves(self) -> None:
        async def read() -> str:
            async with self.store.read() as work:
                active = await work.releases.active()
                return active.release_id if active and active.is_approved else ""

        assert self.do(read()) == self.serving
        assert not self.serving or self.serving in self.passed

    def may_serve(self, name: str) -> bool:
        """Say the same as the gate, written another way."""
        if name not in self.proposed:
            return False
        proposer, path, since = self.proposed[name]
        if path == "light" and (not self.serving or FACTS[self.serving]["model"] != FACTS[name]["model"]):
            return False
        wanted = SUITES if path == "full" else ("safety",)
        if not all(self.is_evaluated(name, one) for one in wanted):
            return False
        if any(decision == "reject" for decision, _ in self.said[name].values()):
            return False
        givers = {who for who, (_, at) in self.said[name].items() if at >= since and who != proposer}
        board = {who for who in givers if BOARD in PEOPLE[who].roles}
        ig = {who for who in givers if IG in PEOPLE[who].roles}
        if path == "full":
            return any(one != other for one in board for other in ig)
        return bool(board) if path == "light" else bool(board | ig)

    def is_evaluated(self, name: str, suite: str) -> bool:
        verdict, at = self.runs.get((name, suite), (Verdict.FAIL, self.now))
        if self.now - at > timedelta(days=30):
            return False
        is_accepted = self.accepted.get((name, suite), self.now) > self.now
        return verdict is Verdict.PASS or (verdict is Verdict.INSUFFICIENT and is_accepted)


def filled(row: dict[str, Any]) -> dict[str, Any]:
    """Give the other columns of a run something that fits."""
    others = {"batch": "b", "facts": {}, "record_hash": "h", "record_sealed": b"", "started_at": NOW}
    return others | row


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gate")
    ready_database(Settings(environment="test", var=folder))
    return folder


@pytest.mark.timeout(0 if ORDERS > 100 else 120)
def test_no_order_of_commands_makes_anything_serve_that_did_not_pass(template: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Machine", (EveryOrder,), {"template": template})
    quick = settings(
        max_examples=ORDERS, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=quick)


async def test_each_act_needs_its_role_and_is_noted(tmp_path: Path, template: Path) -> None:
    shutil.copy(template / "kith.db", tmp_path / "kith.db")
    settings_ = Settings(environment="test", var=tmp_path)
    store = Store(make_engine(settings_), load_keys(settings_))
    name = NAMES[0]
    wish = Wish(name, FACTS[name], "full", "why")
    with pytest.raises(KithError, match="Your roles do not include this"):
        async with store.write() as work:
            await propose(work, PEOPLE["cat"], wish, GATE, NOW)
    async with store.write() as work:
        await propose(work, PEOPLE["ann"], wish, GATE, NOW)
        await decide(work, PEOPLE["ben"], name, "approve", "good", NOW)
    async with store.write() as work:
        with pytest.raises(KithError, match="has not been run") as shut:
            await activate(work, PEOPLE["ann"], name, GATE, NOW)
    assert "by: information governance" in str(shut.value)
    async with store.read() as work:
        from sqlalchemy import text

        noted = list((await work.connection.execute(text("select what, who from audit_entry order by number"))).all())
        assert [tuple(one) for one in noted] == [("release_proposed", "staff:ann"), ("release_approved", "staff:ben")]
        assert len((await standing(work, name, GATE, NOW)).against) == 3
    await store.close()


@pytest.fixture
async def store(tmp_path: Path, template: Path) -> AsyncIterator[Store]:
    shutil.copy(template / "kith.db", tmp_path / "kith.db")
    settings_ = Settings(environment="test", var=tmp_path)
    opened = Store(make_engine(settings_), load_keys(settings_))
    yield opened
    await opened.close()


async def runs_of(store: Store, name: str, verdict: Verdict = Verdict.PASS) -> None:
    """Give a release a run of each suite that came out so."""
    measure = {"name": "m", "value": 1.0, "n": 9, "low": None, "high": None, "mark": "x", "met": verdict is Verdict.PASS or None}  # fmt: skip
    async with store.write() as work:
        for suite in SUITES:
            row = {"release_id": name, "suite": suite, "verdict": verdict.value, "measures": [measure], "is_whole": True,
                   "finished_at": NOW}  # fmt: skip
            await work.connection.execute(insert(RunRow).values(**filled(row)))


async def proposed(work: Any, name: str, at: datetime, path: str = "emergency") -> None:
    await propose(work, PEOPLE["ann"], Wish(name, FACTS[name], path, "it cannot wait"), GATE, at)


async def serves(store: Store, name: str, at: datetime) -> None:
    """Let a release serve as an emergency change."""
    await runs_of(store, name)
    async with store.write() as work:
        await proposed(work, name, at)
        await decide(work, PEOPLE["ben"], name, "approve", "good", at)
        await activate(work, PEOPLE["ann"], name, GATE, at)


async def test_what_a_release_that_serves_still_owes_cannot_be_shaken_off(store: Store) -> None:
    first, second = NAMES[:2]
    async with store.write() as work:
        await proposed(work, first, NOW)
        with pytest.raises(KithError, match="has not served yet"):
            await decide(work, PEOPLE["cat"], first, "review", "in advance", NOW)
    await serves(store, first, NOW)
    late = NOW + timedelta(days=4)
    async with store.write() as work:
        with pytest.raises(KithError, match="serves now"):
            await proposed(work, first, late, "full")
        assert (await standing(work, first, GATE, late)).review_by == NOW + timedelta(days=5)
    await serves(store, second, late)
    async with store.write() as work:
        await proposed(work, first, late, "full")
        with pytest.raises(KithError, match="no approved release that served before"):
            await roll_back(work, PEOPLE["ann"], late, first)


async def test_going_back_twice_never_brings_back_what_was_fled_from(store: Store) -> None:
    for day, name in enumerate(NAMES):
        await serves(store, name, NOW + timedelta(days=day))
    oldest, middle, newest = NAMES
    async with store.read() as work:
        assert await work.releases.facts(oldest) == FACTS[oldest], "a process opens it by its parts, whoever ran it"
    after = NOW + timedelta(days=9)
    async with store.write() as work:
        assert await roll_back(work, PEOPLE["ann"], after) == middle
        assert await roll_back(work, PEOPLE["ann"], after) == oldest
        with pytest.raises(KithError, match="Stop the service instead"):
            await roll_back(work, PEOPLE["ann"], after)
        assert await roll_back(work, PEOPLE["ann"], after, newest) == newest, "by its name, anything that passed"


@pytest.mark.parametrize(
    ("verdict", "accepts", "says"),
    [
        pytest.param(Verdict.INSUFFICIENT, "bias", "", id="too little evidence"),
        pytest.param(Verdict.INSUFFICIENT, "bais", "asks for no suite called “bais”", id="misspelt"),
        pytest.param(Verdict.FAIL, "bias", "came out as “fail”", id="failed"),
        pytest.param(None, "bias", "has not been run", id="not run yet"),
    ],
)
async def test_only_too_little_evidence_is_accepted(
    store: Store, verdict: Verdict | None, accepts: str, says: str
) -> None:
    name = NAMES[0]
    if verdict:
        await runs_of(store, name, verdict)
    wish = Acceptance(accepts, "ben", "more cases come in May", NOW + timedelta(days=9))
    async with store.write() as work:
        await proposed(work, name, NOW, "full")
        if not says:
            await accept(work, PEOPLE["ben"], name, wish, GATE, NOW)
            return
        with pytest.raises(KithError, match=says):
            await accept(work, PEOPLE["ben"], name, wish, GATE, NOW)
