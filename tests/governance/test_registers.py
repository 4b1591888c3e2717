"""The registers: what they accept, who may change them, and that nothing is lost or rewritten."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from assistant.domain.roles import Role, Staff
from assistant.errors import NotAllowed
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from governance.registers import entries, files, risks
from governance.registers.quorum import quorum
from governance.registers.schema import FieldOf, registers

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHAIR = Staff("c1", "Asha Chair", frozenset({Role.BOARD_MEMBER}))
AUTHOR = Staff("a1", "Al Author", frozenset({Role.AUTHOR}))
KEEPER = Staff("k1", "Kim Keeper", frozenset({Role.INFORMATION_GOVERNANCE}))
RISK = {
    "name": "Wrong figures", "cause": "A carer is told an old rate.", "likelihood": "3", "impact": "4", "appetite": "9",
    "controls": "facts_are_sourced", "response": "reduce", "owner": "Service owner", "status": "open",
    "review_on": "2026-11-22",
}  # fmt: skip


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = Store(make_engine(settings), load_keys(settings))
    yield opened
    await opened.close()


async def test_an_entry_is_kept_changed_and_remembered(store: Store) -> None:
    async with store.write() as work:
        first = await entries.add(work, CHAIR, "risks", RISK, AT)
        second = await entries.change(work, CHAIR, first, {**RISK, "likelihood": "2"}, "A new check holds it back.", AT)
    async with store.read() as work:
        assert [one.reference for one in await entries.entries(work, "risks")] == ["R-1"]
        past = await entries.history(work, second)
    assert [(one.version, one.values["likelihood"], one.who) for one in past] == [
        (2, 2, "staff:c1"),
        (1, 3, "staff:c1"),
    ]
    assert second.is_overdue(date(2026, 11, 23))


async def test_a_change_over_somebody_elses_is_refused(store: Store) -> None:
    async with store.write() as work:
        seen = await entries.add(work, CHAIR, "risks", RISK, AT)
        await entries.change(work, CHAIR, seen, {**RISK, "impact": "5"}, "Reviewed.", AT)
    with pytest.raises(entries.EntryMoved, match="R-1"):
        async with store.write() as work:
            await entries.change(work, CHAIR, seen, {**RISK, "impact": "1"}, "Older view.", AT)


@pytest.mark.parametrize(
    ("staff", "register", "allowed"),
    [(AUTHOR, "risks", False), (KEEPER, "risks", True), (KEEPER, "decisions", False)],
)
async def test_only_those_with_the_role_write(store: Store, staff: Staff, register: str, allowed: bool) -> None:
    async with store.write() as work:
        if allowed:
            await entries.add(work, staff, register, RISK, AT)
        else:
            with pytest.raises(NotAllowed):
                await entries.add(work, staff, register, RISK, AT)


async def test_a_decision_keeps_its_evidence_as_it_stood(store: Store) -> None:
    evidence: dict[str, Any] = {"release": "r-1", "accuracy": 0.91}
    decision = {"name": "Go live", "kind": "approve", "decided_on": "2026-11-23", "why": "Every mark was met."}
    async with store.write() as work:
        kept = await entries.add(work, CHAIR, "decisions", decision, AT, evidence)
        evidence["accuracy"] = 0.99
        later = await entries.change(work, CHAIR, kept, {**decision, "conditions": "Review in May."}, "Conditions.", AT)
    assert later.evidence == {
        "content": {"release": "r-1", "accuracy": 0.91},
        "sha256": entries.digest({"release": "r-1", "accuracy": 0.91}),
    }


async def test_files_go_out_and_come_back_the_same(store: Store) -> None:
    own = registers()["risks"]
    async with store.write() as work:
        await entries.add(work, CHAIR, "risks", {**RISK, "name": "=HYPERLINK(1)"}, AT)
        await entries.add(work, CHAIR, "risks", {**RISK, "cause": "Two\nlines, and a comma"}, AT)
        text = files.to_csv(own, await entries.entries(work, "risks"))
        assert "'=HYPERLINK" in text
        assert await files.from_csv(work, CHAIR, "risks", text, AT) == (0, 0)
        assert await files.from_csv(work, CHAIR, "risks", text.replace("Two\nlines", "Three"), AT) == (0, 1)


async def test_a_wrong_file_is_named_by_line_and_nothing_of_it_is_kept(store: Store) -> None:
    columns = ["reference", *(field.name for field in registers()["actions"].fields)]
    good = ",Tell carers,action,D-1,Chair,2026-12-01,open,"
    unknown = "A-9" + good
    text = "\n".join([",".join(columns), good, good.replace("2026-12-01", "soon").replace("open", "ajar"), unknown])
    says = r"Line 3, column due_on: .*year-month-day.* Line 3, column status: .*ajar.* Line 4: there is no action A-9"
    with pytest.raises(files.FileWrong, match=says):
        async with store.write() as work:
            await files.from_csv(work, CHAIR, "actions", text, AT)
    async with store.read() as work:
        assert await entries.entries(work, "actions") == []


@pytest.mark.parametrize(
    ("register", "given", "field"),
    [
        pytest.param("risks", {"indicator": "happiness", "indicator_limit": "<= 1"}, "indicator", id="no such measure"),
        pytest.param(
            "risks", {"indicator": "security.happiness", "indicator_limit": "<= 1"}, "indicator", id="no such test"
        ),
        pytest.param("risks", {"indicator": "went_wrong", "indicator_limit": "2%"}, "indicator_limit", id="no sign"),
        pytest.param("risks", {"indicator": "went_wrong"}, "indicator_limit", id="a measure without a limit"),
        pytest.param("risks", {"indicator_limit": "<= 1"}, "indicator", id="a limit of nothing"),
        pytest.param("decisions", {"kind": "approve_with_conditions"}, "conditions", id="conditions that nobody wrote"),
        pytest.param("decisions", {"kind": "approve", "overruled": "No time."}, "advice", id="advice that nobody gave"),
    ],
)
def test_what_only_makes_sense_together_is_asked_for_together(register: str, given: dict[str, str], field: str) -> None:
    assert field in registers()[register].read(given)[1]


@drawn(st.text(max_size=30), st.sampled_from([field for own in registers().values() for field in own.fields]))
def test_whatever_is_typed_is_kept_or_refused_in_words(text: str, field: FieldOf) -> None:
    value, refused = None, ""
    try:
        value = field.read(text)
    except ValueError as error:
        refused = str(error)
    assert refused == "" or refused.endswith(".")
    if not refused:
        assert field.read(";".join(value) if isinstance(value, list) else value) == value


@pytest.mark.parametrize(
    ("likelihood", "impact", "met", "colour", "above"),
    [
        (1, 4, None, "green", False),
        (1, 5, None, "amber", False),
        (3, 5, True, "red", True),
        (1, 4, False, "amber", True),
    ],
)
def test_a_risk_is_rated_by_its_figures(
    likelihood: int, impact: int, met: bool | None, colour: str, above: bool
) -> None:
    rating = risks.rate({"likelihood": likelihood, "impact": impact, "appetite": 9}, met)
    assert (rating.colour, rating.above_appetite) == (colour, above)


def some_value(field: FieldOf) -> Any:
    """A value that a person might type into a field, awkward where it may be."""
    if field.kind == "choice":
        return list(field.choices)[-1]
    if field.kind == "choices":
        return list(field.choices)[:2]
    plain = {"day": "2027-01-31", "number": str(field.high if field.high < 1_000_000 else 7), "yes_no": "yes",
             "link": "https://www.gov.uk/a?b=c", "role": "Chair", "measure": "security.attack_worked", "limit": "<= 0.02"}  # fmt: skip
    return plain.get(field.kind) or '=SUM(A1), “said”;\nand "more" -'


@pytest.mark.parametrize("name", registers())
async def test_every_register_comes_out_and_goes_in_as_a_file_unchanged(store: Store, name: str) -> None:
    both = Staff("b1", "Bo Both", frozenset({Role.BOARD_MEMBER, Role.INFORMATION_GOVERNANCE}))
    own = registers()[name]
    async with store.write() as work:
        kept = await entries.add(work, both, name, {field.name: some_value(field) for field in own.fields}, AT)
        text = files.to_csv(own, [kept])
        assert await files.from_csv(work, both, name, text, AT) == (0, 0), "nothing differs"
        again = text.replace(f"{kept.reference},", ",", 1)
        assert await files.from_csv(work, both, name, again, AT) == (1, 0)
        first, second = await entries.entries(work, name)
    assert second.values == first.values == kept.values


@pytest.mark.parametrize(
    ("present", "says"),
    [
        pytest.param("Chair\nLead\nHelper", [], id="all are there"),
        pytest.param("chair \n lead\n\nHelper", [], id="however it is written"),
        pytest.param("Chair\nLead", ["2 members were there; a decision needs 3."], id="too few"),
        pytest.param("Chair\nHelper\nOther", ["Missing, and must be there for a decision: Lead."], id="one who must be there"),
        pytest.param("Chair\nLead\nOfficer", ["2 members were there; a decision needs 3."], id="an adviser does not count"),
        pytest.param("Chair\nLead\nHelper\nDog", ["Not in the register of roles: dog."], id="nobody's role"),
        pytest.param("", ["0 members were there; a decision needs 3.", "Missing, and must be there for a decision: Chair, Lead."], id="nobody"),
    ],
)  # fmt: skip
async def test_a_quorum_is_counted_from_the_roles(store: Store, present: str, says: list[str]) -> None:
    async with store.write() as work:
        for role, sits, must in (("Chair", "yes", "yes"), ("Lead", "yes", "yes"), ("Helper", "yes", "no"), ("Other", "yes", "no"), ("Officer", "no", "no")):  # fmt: skip
            await entries.add(work, KEEPER, "roles", {"name": role, "duties": "x", "on_board": sits, "needed_for_quorum": must}, AT)  # fmt: skip
        board = {field.name: some_value(field) for field in registers()["board"].fields} | {"quorum": "3"}
        await entries.add(work, CHAIR, "board", board, AT)
        meeting = {"name": "One", "held_on": "2026-11-01", "status": "held", "agenda": "x", "present": present}
        kept = await entries.add(work, CHAIR, "meetings", meeting, AT)
        roles, boards = await entries.entries(work, "roles"), await entries.entries(work, "board")
    assert quorum(kept, roles, boards) == says
