"""A change of guidance runs the cases that it can touch, shows which answers change, and never hides that others are carried over."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.guidance.trying import draft_brain
from assistant.pipeline.check import CheckReply
from assistant.settings import Settings
from assistant.wiring import Brain, checker
from evaluation import effects_found, kept
from evaluation.affected import NothingToCarry, run_affected, touched
from evaluation.batch import open_store
from evaluation.carrying import bases_of
from evaluation.cases import Case
from evaluation.effects import effects_of
from evaluation.effects_found import Effect, Effects, is_worse
from evaluation.evidence import evidence_for
from evaluation.registry import SUITES
from evaluation.runs import Options, run_suite
from evaluation.world import Observer, Remembered, World, changed
from knowledge_base.curation.reading import document_of, sources_in
from knowledge_base.curation.values import Source
from tests.databases import ready_database
from tests.evaluation.made import record

SLUG = "carers-allowance"
FEW = replace(SUITES["accuracy"], most=8)
TUNE = Options(split="tune")


def draft(world: World, text: str = "£86.45", other: str = "£99.99") -> Source:
    """The document as it would be with another sum in it."""
    found = next(one for one in sources_in(world.settings.documents_folder) if one.slug == SLUG)
    assert text in found.text
    return Source(found.slug, found.text.replace(text, other), found.asked)


@pytest.fixture(scope="module")
def drafted(world: World) -> Brain:
    return draft_brain(world.brain, document_of(draft(world), world.settings.guidance_values))


async def test_the_touched_cases_alone_give_the_scores_of_a_whole_run(world: World, drafted: Brain) -> None:
    base = await run_suite(FEW, world, TUNE)
    remembering = changed(drafted.answerer, CheckReply, check=checker(Remembered(drafted.model.plain)))
    after = World(drafted, Observer(remembering))

    carried = await run_affected(FEW, after, base, TUNE)
    whole = await run_suite(FEW, after, TUNE)

    assert carried.facts["scores_hash"] == whole.facts["scores_hash"]
    assert [one.value for one in carried.measures] == [one.value for one in whole.measures]
    told = carried.facts["carried"]
    assert told["from"] == base.id and told["since"] == base.finished_at.isoformat()
    assert told["again"] + told["cases"] == len(base.results) and told["cases"] > told["again"]


async def test_a_case_is_touched_by_another_sum_and_by_nothing_else(world: World, drafted: Brain) -> None:
    asks = Case("asks", ("How much is Carer's Allowance?",), {})
    greets = Case("greets", ("hello", "thank you"), {})
    danger = Case("danger", ("I want to kill myself",), {})
    later = Case("later", ("hello", "How much is Carer's Allowance?"), {})

    assert await touched(world.answerer, drafted.answerer, [asks, greets, danger, later]) == {"asks", "later"}
    assert await touched(world.answerer, world.answerer, [asks, later]) == set()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        pytest.param({"release": {"model": "other"}}, "differs from the one that serves in", id="another model"),
        pytest.param({"datasets": {"accuracy": "old"}}, "Run it whole", id="other cases"),
        pytest.param({"marks": "old"}, "Run it whole", id="other marks"),
        pytest.param({"code": {}}, "Run it whole", id="other code"),
        pytest.param({"release": {"guidance": "g-gone"}}, "no longer on this machine", id="guidance that is gone"),
    ],
)
async def test_nothing_is_carried_over_from_a_run_of_other_things(
    world: World, wrong: dict[str, Any], says: str
) -> None:
    one = replace(FEW, most=1)
    base = await run_suite(one, world, TUNE)
    for name, value in wrong.items():
        given = {**base.facts[name], **value} if name == "release" else value
        base = replace(base, facts={**base.facts, name: given})

    with pytest.raises(NothingToCarry, match=says):
        await run_affected(one, world, base, TUNE)


async def test_evidence_says_how_much_was_carried_over_and_prefers_a_run_of_every_case(tmp_path: Path) -> None:
    store = open_store(Settings(environment="test", var=tmp_path))
    carried = record("r-1", [True] * 40, "2")
    since = "2026-11-01T00:00:00+00:00"
    carried = replace(
        carried, facts={**carried.facts, "carried": {"from": "x", "cases": 30, "again": 10, "since": since}}
    )
    async with store.write() as work:
        await kept.keep(work, carried)
    async with store.read() as work:
        [alone] = await evidence_for("r-1", work.connection)
    async with store.write() as work:
        await kept.keep(work, record("r-1", [True] * 40, "1"))
    async with store.read() as work:
        [whole] = await evidence_for("r-1", work.connection)
        with pytest.raises(NothingToCarry, match="No approved release serves yet"):
            await bases_of(store, ["accuracy"])
    await store.close()

    assert (alone.carried, alone.measured_at.isoformat()) == (30, since)
    assert (whole.carried, whole.measured_at) == (0, whole.finished_at)


async def test_a_draft_is_shown_with_the_answers_that_it_changes(world: World, tmp_path: Path) -> None:
    version: Any = SimpleNamespace(source=draft(world), slug=SLUG, number=2)
    want = {"expect": [["£86.45"]]}
    asks = ("How much is Carer's Allowance?",)
    cases = [
        Case("shown", asks, want, "accuracy", split="tune"),
        Case("kept back", asks, want, "accuracy", split="held_back"),
        Case("other", ("What is Attendance Allowance?",), {}, "accuracy", split="tune"),
    ]

    found = await effects_of(world, version, cases)

    assert (found.looked_at, found.touched, found.changed, found.worse, found.better) == (3, 2, 2, 2, 0)
    [shown] = found.changes
    assert is_worse(shown) and "£86.45" in shown.before and "£99.99" in shown.after
    assert "kept back" not in repr(found), "a held-back case is counted, never shown"
    assert "2 no longer right" in effects_found.as_lines(found)
    settings = ready_database(world.settings.model_copy(update={"var": tmp_path}))
    store = open_store(settings)
    async with store.write() as work:
        await effects_found.keep(work, replace(found, changes=(), made_at="2026-11-01T09:00:00+00:00"), "staff:a")
        await effects_found.keep(work, found, "staff:b")
    async with store.read() as work:
        assert await effects_found.newest(work, SLUG, 2) == found
        assert await effects_found.newest(work, SLUG, 3) is None
        assert [one.who for one in await effects_found.looks(work, SLUG, 2)] == ["staff:b", "staff:a"]
    await store.close()


def test_a_changed_answer_is_told_by_what_differs_in_it() -> None:
    one = Effect(
        "c1", "Is there a form?", "Yes.\n\nAsk us.\n\nIt is long.", "Yes.\n\nAsk us.\n\nIt is short.", None, None
    )
    said = effects_found.as_lines(Effects("breaks", 3, 1458, 4, (one,), 0, 0, 0, ""))
    assert said.splitlines() == [
        "breaks, version 3: 1 question is answered differently, of 1,458 test questions; 0 now right, 0 no longer right.",
        "",
        "changed: Is there a form?",
        "    Ask us.",
        "  - It is long.",
        "  + It is short.",
    ]


def test_nothing_changed_is_said_plainly() -> None:
    none = Effects("breaks", 3, 100, 0, (), 0, 0, 0, "")
    assert effects_found.summary(none) == "breaks, version 3: none of 100 test questions is answered differently."
