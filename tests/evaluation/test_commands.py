"""`kith evaluate`: what is asked, what is said, and the exit codes that a build relies on."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.errors import KithError
from assistant.settings import Settings
from evaluation import found_cases, kept
from evaluation.batch import Asked, note_start, open_store, unfinished
from evaluation.cli import app
from evaluation.commands import Wanted, flaky, is_same_asking, under, what_asked, worst
from evaluation.compare import compare
from evaluation.errors import NoSuchSuite
from evaluation.kept import Brief
from evaluation.new_suite import new_suite
from evaluation.runs import Options, Record
from evaluation.telling import as_table, brief, comparison
from tests.evaluation.made import NOW, record
from tests.evaluation.test_kept import EVA, REX

RIGHT = record("r-1", [True] * 30 + [False] * 10)


def wanted(*names: str) -> Wanted:
    return Wanted(names, 0, "held_back", 7, False, 0, 0)


def as_brief(made: Record) -> Brief:
    return Brief(made.id, made.batch, made.suite, made.release, made.verdict, True, made.measures, dict(made.facts),
                 made.started_at, made.finished_at)  # fmt: skip


def test_names_are_suites_and_files_are_somebodys_own_cases(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    new_suite(file)

    settings = Settings(environment="test", var=tmp_path)
    assert what_asked(settings, wanted("tone", "accuracy", "tone")).names == ("tone", "accuracy")
    assert what_asked(settings, wanted(str(file))).names == ("accuracy",)
    assert len(what_asked(settings, wanted(str(file))).own.cases) == 2  # type: ignore[union-attr]
    assert len(what_asked(settings, wanted()).names) == 13


def test_cases_from_live_answers_run_once_somebody_approved_one(tmp_path: Path) -> None:
    settings = Settings(environment="test", var=tmp_path)
    with pytest.raises(KithError, match="is approved yet"):
        what_asked(settings, wanted("from-live"))
    with pytest.raises(KithError, match="by itself"):
        what_asked(settings, wanted("from-live", "tone"))

    async def approve() -> None:
        store = open_store(settings)
        async with store.write() as work:
            row = {"text": "How much is it a week?", "expect": [["£86.45"]]}
            made = await found_cases.propose(work, EVA, "accuracy", row, NOW)
            await found_cases.approve(work, REX, made, NOW)
        await store.close()

    asyncio.run(approve())
    asked = what_asked(settings, wanted("from-live"))

    assert asked.names == ("accuracy",)
    assert [case.messages for case in asked.own.cases] == [("How much is it a week?",)]  # type: ignore[union-attr]


def test_an_unknown_first_word_is_taken_as_a_suite_and_refused_by_name() -> None:
    result = CliRunner().invoke(app, ["nonsense"])

    assert isinstance(result.exception, NoSuchSuite)
    assert "There are: accuracy, retrieval" in str(result.exception)


def test_every_subcommand_is_still_a_command() -> None:
    assert "new-suite" in CliRunner().invoke(app, ["--help"]).output
    assert "held back" in CliRunner().invoke(app, ["datasets"]).output


def test_a_verdict_is_said_with_figures_marks_and_reasons() -> None:
    said = brief(RIGHT, most=1)

    assert "Accuracy: NOT FULLY SCORED" in said
    assert "75.0% [59.8% to 85.8%] n=40 at least 85.0% too few to say" in " ".join(said.split())
    assert "not measured" in said
    assert said.count("does not say “£1”") == 1


def test_a_bar_on_the_command_line_is_missed_by_a_low_and_by_a_missing_figure() -> None:
    assert not under(RIGHT, 70)
    assert under(RIGHT, 80)
    assert under(record("r-1", [None]), 1)


def test_a_build_sees_a_failure_before_what_is_merely_missing() -> None:
    assert worst([0, 3, 1, 2]) == 1
    assert worst([0, 2]) == 2
    assert worst([]) == 0


def test_a_case_that_came_out_otherwise_under_one_release_is_named(tmp_path: Path) -> None:
    settings = Settings(environment="test", var=tmp_path)
    first, again = record("r-1", [True, True], run="1"), record("r-1", [True, False], run="2")

    async def keep() -> None:
        store = open_store(settings)
        async with store.write() as work:
            for one in (first, again, record("r-2", [False, False], run="3")):
                await kept.keep(work, one)
        await store.close()

    asyncio.run(keep())

    assert flaky(settings, [again]) == [("c-1",)]
    assert not is_same_asking({"split": "tune"}, {"split": "held_back"})


def test_a_comparison_names_what_got_worse() -> None:
    said = comparison(compare(RIGHT, record("r-2", [False] * 40, run="2")))

    assert "WORSE" in said
    assert "worse: c-0 strict" in said


def test_the_table_holds_each_marked_measure() -> None:
    table = as_table([as_brief(RIGHT)])

    assert (
        "| Accuracy | not fully scored | Right in full | 75.0% (59.8% to 85.8%) | 40 | at least 85.0%, too few to say |"
        in table
    )
    assert "not measured" in table


def test_a_stopped_run_is_found_again_with_what_was_asked(tmp_path: Path) -> None:
    settings = Settings(environment="test", var=tmp_path)
    with pytest.raises(KithError, match="kith evaluate"):
        unfinished(settings)
    asked = Asked(("tone",), Options(sample=3, batch="b"))
    note_start(settings, asked)

    assert unfinished(settings) == asked
