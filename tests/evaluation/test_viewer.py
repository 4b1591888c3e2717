"""Inspect's viewer over kept runs: logs that Inspect reads back, pages under the policy that they need, nobody's own cases."""

from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai.log import list_eval_logs, read_eval_log
from playwright.sync_api import Browser

from assistant.domain.roles import Role
from assistant.errors import KithError
from assistant.settings import Settings
from evaluation import commands, kept, viewer
from evaluation.pages import pages
from tests.assistant.console import conftest
from tests.assistant.console.signed import client_of, console_app, in_thread, serve, sign_in, sign_in_now
from tests.evaluation.made import NOW, record
from tests.evaluation.test_commands import as_brief

browser = conftest.browser
RUN = record("r-1", [True] * 3 + [False, None])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("viewer") / "r-1"
    viewer.write_viewer([RUN], place)
    return place


def test_inspect_reads_a_kept_run_with_its_figures_and_leaves_the_unscored_out(made: Path) -> None:
    (listed,) = list_eval_logs(str(made / "logs"))
    log = read_eval_log(listed)

    assert log.status == "success" and log.eval.task == "accuracy" and log.results and log.samples
    strict = next(score for score in log.results.scores if score.name == "strict")
    assert {name: one.value for name, one in strict.metrics.items()}["value"] == 0.75
    assert strict.scored_samples == 4
    scored = [sample.scores["strict"].value for sample in log.samples if sample.scores and "strict" in sample.scores]
    assert scored == [1.0, 1.0, 1.0, 0.0]
    assert log.samples[3].metadata["failing"] == "strict"
    assert [message.text for message in log.samples[3].messages] == ["How much is it?", "It is £2."]


def test_a_viewer_is_current_until_there_is_a_newer_run(made: Path) -> None:
    newer = record("r-1", [True], run="2")

    assert viewer.is_current(made, viewer.shown([as_brief(RUN)]))
    assert not viewer.is_current(made, viewer.shown([as_brief(newer)]))
    assert not viewer.is_current(made / "none", [])


def test_whole_runs_come_before_samples_and_nobodys_own_cases_are_shown() -> None:
    whole = as_brief(record("r-1", [True], run="1"))
    sample = replace(as_brief(record("r-1", [True], run="2")), is_whole=False, finished_at=NOW.replace(hour=20))
    own = replace(as_brief(record("r-1", [True], run="3", suite="tone")), facts={"split": "own"})

    assert [one.id for one in viewer.shown([own, sample, whole])] == [whole.id]


@pytest.mark.parametrize("name", ["../r-1/kith.json/../../x", "/etc/hostname", "none.html", "logs"])
def test_only_files_of_the_viewer_are_given_out(made: Path, name: str) -> None:
    (made.parent / "x").write_text("not the viewer's", encoding="utf-8")

    assert viewer.file_of(made, name) is None
    assert viewer.file_of(made, "") == made / "index.html"


def test_a_folder_of_something_else_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(KithError, match="is no viewer"):
        commands.viewer(tmp_path, "")


async def test_the_console_gives_it_out_under_its_own_policy(tmp_path: Path, made: Path) -> None:
    settings = Settings(environment="test", var=tmp_path)
    app = console_app(settings, pages)
    async with app.state.running.store.write() as work:
        await kept.keep(work, RUN)
    viewer.place_of(settings, "r-1").parent.mkdir(parents=True)
    made_here = viewer.place_of(settings, "r-1")
    made_here.symlink_to(made)
    member = await sign_in(app, Role.EVALUATOR)
    async with client_of(app, member) as client:
        first = await client.get("/evaluation/viewer/r-1/")
        unknown = await client.get("/evaluation/viewer/r-9/")
        outside = await client.get("/evaluation/viewer/r-1/..%2f..%2fkeys")
        other = await client.get("/evaluation")
    await app.state.running.store.close()

    policy = first.headers["content-security-policy"]
    assert first.status_code == 200 and "Inspect View" in first.text
    assert "frame-ancestors 'none'" in policy and "'unsafe-inline'" not in policy.split("script-src ")[1].split(";")[0]
    assert (unknown.status_code, outside.status_code) == (404, 404)
    assert "wasm" not in other.headers["content-security-policy"]


@pytest.mark.browser
def test_a_browser_shows_the_run(tmp_path: Path, browser: Browser) -> None:
    settings = Settings(environment="test", var=tmp_path)

    async def with_run() -> object:
        app = console_app(settings, pages)
        async with app.state.running.store.write() as work:
            await kept.keep(work, RUN)
        return app

    app = in_thread(with_run)
    member = sign_in_now(settings, Role.EVALUATOR)
    with serve(app) as url:
        context = browser.new_context()
        context.add_cookies([member.cookie(url)])
        page = context.new_page()
        page.goto(f"{url}/evaluation/viewer/r-1/")
        page.get_by_text("How much is it?", exact=False).first.wait_for(timeout=20_000)
        assert page.get_by_text("strict").count(), "the measure's name stands beside the case"
        context.close()
