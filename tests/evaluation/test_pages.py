"""The evaluation pages: who may open them, what they say, and that they can be used by everybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser

from assistant.domain.roles import Role
from assistant.settings import Settings
from evaluation import effects_found, kept, launch
from evaluation.effects_found import Effect, Effects
from evaluation.pages import pages
from knowledge_base.curation.reading import sources_in
from knowledge_base.curation.seeding import seed
from knowledge_base.curation.values import Source
from tests.assistant.console import conftest
from tests.assistant.console.signed import client_of, console_app, in_thread, send, serve, sign_in, sign_in_now
from tests.evaluation.made import record

browser = conftest.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FIRST, SECOND = record("r-1", [True] * 40 + [False] * 9, "1"), record("r-2", [False] * 30 + [True] * 19, "2")
PATHS = ("/evaluation", "/evaluation/runs", f"/evaluation/runs/{FIRST.id}", "/evaluation/trends", "/evaluation/datasets",
         f"/evaluation/compare?before={FIRST.id}&after={SECOND.id}", "/evaluation/live", "/evaluation/launch",
         "/evaluation/reviews", "/evaluation/test-cases", "/evaluation/effects/breaks/1")  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(environment="test", var=tmp_path)


async def with_breaks(app: FastAPI, settings: Settings) -> None:
    """Publish one document, under the short name `breaks`."""
    text = next(one for one in sources_in(settings.documents_folder) if "break" in one.slug)
    async with app.state.running.store.write() as work:
        await seed(work.guidance, [Source("breaks", text.text, text.asked)], datetime.now(UTC), follow=True)


async def with_runs(settings: Settings) -> FastAPI:
    """A console with two runs."""
    app = console_app(settings, pages)
    await with_breaks(app, settings)
    async with app.state.running.store.write() as work:
        for one in (FIRST, SECOND):
            await kept.keep(work, one)
    await looked(app, "Yes.", 29)
    await looked(app, "Yes.", 30)
    return app


async def looked(app: FastAPI, before: str, day: int, who: str = "operator", right_now: bool = False) -> None:
    """Keep a look at the first version, of one day in November."""
    change = Effect("c-1", "Can I get a break?", before, "No.", True, right_now)
    found = Effects("breaks", 1, 50, 4, (change,), 2, 1, 1, f"2026-11-{day}T00:00:00+00:00")
    async with app.state.running.store.write() as work:
        await effects_found.keep(work, found, who)


async def test_the_pages_say_verdicts_in_words_and_show_failures_as_chats(settings: Settings) -> None:
    app = await with_runs(settings)
    member = await sign_in(app, Role.EVALUATOR)
    async with client_of(app, member) as client:
        each = {path: await client.get(path) for path in PATHS}
        altered = await client.get("/evaluation/runs/nonsense")
        report = await client.get("/evaluation/report.csv?release=r-1")
        choose = await client.get("/evaluation/compare")
    await app.state.running.store.close()

    assert {path: page.status_code for path, page in each.items()} == dict.fromkeys(PATHS, 200)
    run = each[f"/evaluation/runs/{FIRST.id}"].text
    assert "9 failing cases" in run
    assert "How much is it?" in run and "It is £2." in run and "does not say" in run
    assert "no proven change" in each[PATHS[5]].text or "worse" in each[PATHS[5]].text
    assert "Not run" in each["/evaluation"].text
    assert altered.status_code == 404
    newest_first = choose.text.partition('name="after"')[0].count("selected"), choose.text.count("selected")
    assert newest_first == (1, 2), "the page proposes the newest two runs of one suite"
    assert "right" in report.text.lower() and report.headers["content-disposition"].startswith("attachment")


async def test_a_part_of_a_suite_makes_no_report_and_the_page_says_so(settings: Settings) -> None:
    app = console_app(settings, pages)
    async with app.state.running.store.write() as work:
        await kept.keep(work, replace(FIRST, is_whole=False))
    member = await sign_in(app, Role.EVALUATOR)
    async with client_of(app, member) as client:
        home = (await client.get("/evaluation")).text
        report = await client.get("/evaluation/report.html?release=r-1")
    await app.state.running.store.close()

    assert "There is no report yet" in home and "/evaluation/report" not in home
    assert report.status_code == 409 and "no suite was run whole yet" in report.text


async def test_a_board_member_sees_figures_but_starts_and_reviews_nothing(settings: Settings) -> None:
    app = await with_runs(settings)
    member = await sign_in(app, Role.BOARD_MEMBER)
    async with client_of(app, member) as client:
        found = [
            (await client.get(path)).status_code
            for path in ("/evaluation", "/evaluation/launch", "/evaluation/reviews")
        ]
    await app.state.running.store.close()

    assert found == [200, 403, 403]


async def test_a_run_is_not_started_without_suites_nor_beside_another(settings: Settings) -> None:
    app = console_app(settings, pages)
    member = await sign_in(app, Role.EVALUATOR)
    going = launch.Standing("b", ["accuracy"], 0, "staff:x", suite="accuracy", done=3, of=12)
    async with client_of(app, member) as client:
        none = await send(client, "/evaluation/launch")
        form = (await client.get("/evaluation/launch")).text
        launch.note(settings, going)
        shown = await client.get("/evaluation/standing")
        token = form.split('name="csrf" value="')[1].split('"')[0]
        beside = await client.post("/evaluation/launch", data={"csrf": token, "suite": "tone"})
    await app.state.running.store.close()

    assert none.status_code == 422 and "Choose at least one suite" in none.text
    assert shown.json() == {"state": "running", "percent": 25, "words": "Accuracy: 3 of 12"}
    assert beside.status_code == 422 and "under way already" in beside.text


EFFECTS = "/evaluation/effects/breaks/1"


async def test_an_author_sees_which_answers_a_draft_would_change(settings: Settings) -> None:
    app = console_app(settings, pages)
    await with_breaks(app, settings)
    member, onlooker = await sign_in(app, Role.AUTHOR), await sign_in(app, Role.BOARD_MEMBER)
    async with client_of(app, onlooker) as client:
        refused = await client.get(EFFECTS)
    async with client_of(app, member) as client:
        missing = await client.get("/evaluation/effects/breaks/9")
        before = await client.get(EFFECTS)
        await looked(app, "Earlier words.", 28, f"staff:{member.staff.id}", right_now=True)
        await looked(app, "Yes, <b>now</b>.", 29)
        after = await client.get(EFFECTS)
        launch.note(settings, launch.asked_about("breaks", 1, "staff:x"))
        going = await client.get(EFFECTS)
        token = before.text.split('name="csrf" value="')[1].split('"')[0]
        beside = await client.post(EFFECTS, data={"csrf": token})
    await app.state.running.store.close()

    assert (refused.status_code, missing.status_code, beside.status_code) == (403, 404, 409)
    assert "Answer the test questions" in before.text and "What was found" not in before.text
    assert "No longer right" in after.text and "Yes, &lt;b&gt;now&lt;/b&gt;." in after.text
    assert "<del>" in after.text and "<ins>" in after.text, "what differs is marked"
    assert after.text.index("<ins>") < after.text.index("Both answers in full"), "and stands before both answers"
    assert "2 more that change are held back" in after.text
    assert "Under way" in going.text
    assert "Earlier words." not in after.text, "the newest look is shown whole"
    table = after.text.split("Looks at this version")[1]
    assert table.index("29 November 2026") < table.index("28 November 2026"), "and every look is listed, newest first"
    assert "The operator" in table and 'data-of="Different">3<' in table


def test_a_run_that_no_longer_moves_is_called_stopped(settings: Settings) -> None:
    launch.note(settings, launch.Standing("b", ["accuracy"], 0, "staff:x"))

    assert launch.standing(settings, datetime.now(UTC) + timedelta(hours=1)).state == "stopped"  # type: ignore[union-attr]


@pytest.mark.browser
def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(settings: Settings, browser: Browser) -> None:
    app = in_thread(lambda: with_runs(settings))
    member = sign_in_now(settings, Role.EVALUATOR)
    with serve(app) as url:
        context = browser.new_context(viewport={"width": 320, "height": 800})
        context.add_cookies([member.cookie(url)])
        page = context.new_page()
        for path in (PATHS[0], *PATHS[2:]):
            page.goto(url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            assert Axe().run(page, options=RULES).response["violations"] == [], path
        context.close()
