"""What is kept: runs that cannot be altered, evidence for a release, reviews by two people, test cases read twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from assistant.domain.outcome import Outcome
from assistant.domain.roles import Role, Staff
from assistant.domain.turn import Citation, Heard, Turn
from assistant.errors import KithError
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from evaluation import found_cases, kept, review
from evaluation.batch import open_store
from evaluation.errors import CaseWrong, NoSuchSuite, RatingRefused, RecordAltered
from evaluation.evidence import evidence_for
from evaluation.live import watch
from evaluation.live_texts import Ground
from evaluation.report import FORMS, report_on
from tests.databases import ready_database
from tests.evaluation.made import NOW, record

EVA, REX, TIA = (Staff(name * 32, name, frozenset({Role.EVALUATOR})) for name in "abc")
GOOD = dict.fromkeys(review.QUESTIONS, True)
CHECKED = NOW.date()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """SQLite, copied from a database that is migrated once."""
    settings = Settings(environment="test", var=tmp_path)
    ready_database(settings)
    opened = Store(make_engine(settings), load_keys(settings))
    yield opened
    await opened.close()


@pytest.fixture
async def either(settings: Settings) -> AsyncIterator[Store]:
    """Both databases, for what each must do."""
    opened = open_store(settings)
    yield opened
    await opened.close()


async def add_turns(
    store: Store, count: int, outcome: Outcome = Outcome.ANSWERED, reply: str = "It is £1."
) -> list[str]:
    """Record finished turns of one made-up carer."""
    async with store.write() as work:
        found = await work.people.conversation_of("whatsapp:+447700900123", NOW)
        conversation = getattr(found, "id", found)
        names = [f"{outcome.value[:8]:0<20}{number:012d}" for number in range(count)]
        for name in names:
            turn = Turn((Heard("How much?"),), id=name, release="r-1", masked="How much?", outcome=outcome,
                        reply=(reply,), citations=(Citation("a", "A page", "https://x", CHECKED),))  # fmt: skip
            await work.turns.add(turn, conversation, NOW - timedelta(hours=1), NOW - timedelta(hours=1))
    return names


async def test_a_run_is_kept_whole_and_an_altered_one_is_refused(store: Store) -> None:
    made = record("r-1", [True, False, None])
    async with store.write() as work:
        await kept.keep(work, made)
    async with store.read() as work:
        assert (await kept.load(work, made.id[:8])).content() == made.content()
        with pytest.raises(NoSuchSuite, match="no run called"):
            await kept.load(work, "nonsense")
    async with store.write() as work:  # somebody with rights over the database takes its own guard away first
        await work.connection.execute(text("drop trigger evaluation_run_no_update"))
        await work.connection.execute(text("update evaluation_run set record_hash = 'x'"))
    async with store.read() as work:
        with pytest.raises(RecordAltered):
            await kept.load(work, made.id)


@pytest.mark.parametrize("act", ["update evaluation_run set verdict = 'pass'", "delete from evaluation_run"])
async def test_the_database_refuses_to_change_a_finished_run(either: Store, act: str) -> None:
    async with either.write() as work:
        await kept.keep(work, record("r-1", [False] * 30))
    with pytest.raises(DBAPIError, match="never changed"):
        async with either.write() as work:
            await work.connection.execute(text(act))
    async with either.write() as work:  # sealing it again with a newer key is no change
        await work.connection.execute(text("update evaluation_run set record_sealed = record_sealed"))


async def test_evidence_is_the_newest_whole_run_of_each_suite_of_that_release(either: Store) -> None:
    old = record("r-1", [False] * 120, "1", at=NOW - timedelta(days=1))
    new, other = record("r-1", [True] * 120, "2"), record("r-2", [False] * 120, "3")
    part = kept.Record(**{**vars(record("r-1", [False], "4", at=NOW + timedelta(days=1))), "is_whole": False})
    async with either.write() as work:
        for one in (old, new, other, part):
            await kept.keep(work, one)
    async with either.read() as work:
        assert (await kept.load(work, new.id)).content() == new.content()
        found = await evidence_for("r-1", work.connection)

    assert [(one.suite, one.run_id) for one in found] == [("accuracy", new.id)]
    strict = found[0].measures[0]
    assert (strict.name, strict.value, strict.n, strict.met) == ("strict", 1.0, 120, True)
    assert found[0].verdict == "unscored"  # the other measures of the suite were not scored


@pytest.mark.parametrize("form", FORMS)
async def test_a_report_can_be_written_in_each_form(store: Store, tmp_path: Path, form: str) -> None:
    async with store.write() as work:
        await kept.keep(work, record("r-1", [True] * 90 + [False] * 30))
        made = await report_on(work, Settings(environment="test", var=tmp_path), "", NOW)

    assert "On 0 it reaches every mark that was set beforehand; on 1 it does not." in made.summary[0]
    assert "Not run is not passed" in " ".join(made.summary)
    assert made.shortfalls == ["Accuracy: “Right in full” is 75.0%, the mark is at least 85.0%."]
    assert made.at_a_glance[0][2] == "Does not pass" and made.at_a_glance[-1][2] == "Not run"
    assert len(FORMS[form](made)) > 300


async def test_two_people_rate_blind_and_a_third_settles(store: Store) -> None:
    names = await add_turns(store, 3)
    async with store.write() as work:
        assert await review.fill_queue(work, NOW) == 3
        assert await review.fill_queue(work, NOW) == 0  # a week has one sample
        first, second, _ = (one.id for one in await review.waiting_for(work, EVA))
        assert await review.rate(work, EVA, first, GOOD, NOW) == "open"
        assert first not in [one.id for one in await review.waiting_for(work, EVA)]
        with pytest.raises(RatingRefused, match="rated this answer already"):
            await review.rate(work, EVA, first, GOOD, NOW)
        assert await review.rate(work, REX, first, GOOD, NOW) == "done"
        with pytest.raises(RatingRefused, match="settled already"):
            await review.rate(work, TIA, first, GOOD, NOW)
        await review.rate(work, EVA, second, GOOD, NOW)
        assert await review.rate(work, REX, second, {**GOOD, "is_right": False}, NOW) == "disagreed"
        assert await review.rate(work, TIA, second, {**GOOD, "is_right": False}, NOW) == "done"
        found = await review.live_accuracy(work)

    assert (found.n, found.waiting, found.agreement.n) == (2, 1, 2)
    assert found.rates["is_right"][0] == 0.5
    assert len(names) == 3


async def test_flagged_turns_are_reviewed_but_never_counted_as_the_sample(store: Store) -> None:
    await add_turns(store, 2, Outcome.UNANSWERABLE_BLOCKED)
    async with store.write() as work:
        await review.fill_queue(work, NOW)
        queue = await review.waiting_for(work, EVA)
        for one in queue:
            await review.rate(work, EVA, one.id, GOOD, NOW)
            await review.rate(work, REX, one.id, GOOD, NOW)
        found = await review.live_accuracy(work)

    assert [one.why for one in queue] == ["flagged", "flagged"]
    assert found.n == 0


async def test_only_those_who_may_review_see_an_answer(store: Store) -> None:
    async with store.read() as work:
        with pytest.raises(KithError):
            await review.waiting_for(work, Staff("d" * 32, "d", frozenset({Role.AUTHOR})))


async def test_a_test_case_names_nobody_and_counts_once_another_has_read_it(store: Store) -> None:
    row = {"text": "How much is it a week?", "expect": [["£86.45"]]}
    async with store.write() as work:
        with pytest.raises(CaseWrong, match="personal detail"):
            await found_cases.propose(work, EVA, "accuracy", {**row, "text": "Ring me on 07700 900123"}, NOW)
        made = await found_cases.propose(work, EVA, "accuracy", row, NOW)
        with pytest.raises(RatingRefused, match="another person"):
            await found_cases.approve(work, EVA, made, NOW)
        assert (await found_cases.approved(work, "accuracy")).cases == ()
        await found_cases.approve(work, REX, made, NOW)
        assert len((await found_cases.approved(work, "accuracy")).cases) == 1


GROUND = Ground(
    "r-1",
    Wording.load(Settings(environment="test").guidance_values),
    {"a": {"How much?": "A page\n\nHow much?\nIt is £1. You can be paid weekly."}},
    ("Samaritans: 116 123",),
)


@pytest.mark.parametrize(
    ("reply", "grounded", "invented"),
    [
        pytest.param("It is £1.", 1, 0, id="word for word"),
        pytest.param("It is £1.\n\nCall 116 123.", 0, 0, id="an approved number, but a sentence of its own"),
        pytest.param("It is £2.", 0, 1, id="another sum"),
        pytest.param("You could also ask:\n- What is £9?", 1, 0, id="a question to go on with claims nothing"),
    ],
)
async def test_live_answers_are_read_against_the_guidance_that_serves(
    store: Store, reply: str, grounded: float, invented: float
) -> None:
    await add_turns(store, 2, reply=reply)
    async with store.read() as work:
        found = {one.name: one.points[-1] for one in await watch(work, NOW, GROUND)}
        older = {one.name: one.points[-1] for one in await watch(work, NOW, replace(GROUND, release="r-0"))}

    assert (found["grounded"].value, found["invented"].value, found["grounded"].n) == (grounded, invented, 2)
    assert found["tokens"].value == 0  # no model was called
    assert (older["grounded"].value, older["grounded"].n) == (None, 0)


async def test_a_live_figure_that_misses_the_suites_mark_is_told(store: Store) -> None:
    await add_turns(store, 40, reply="It is £2.")
    async with store.read() as work:
        found = {one.name: one for one in await watch(work, NOW, GROUND)}

    assert found["grounded"].alert.endswith("the mark is at least 98.0%.")
    assert found["shows_source"].alert == ""


async def test_live_measures_are_counted_from_recorded_turns(store: Store) -> None:
    await add_turns(store, 3)
    await add_turns(store, 1, Outcome.UNANSWERABLE_BLOCKED)
    async with store.read() as work:
        found = {one.name: one.points[-1] for one in await watch(work, NOW)}

    assert (found["blocked"].value, found["blocked"].n) == (0.25, 4)
    assert found["errors"].value == 0
    assert found["reading_age"].n == 3
