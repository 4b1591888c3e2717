"""The board's pages: what they say, who may change what, and that everybody can use them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser

from assistant.domain.roles import Role
from assistant.settings import Settings
from governance.board.service import ready
from governance.pages import board_pages
from tests.assistant.console import conftest
from tests.assistant.console.signed import client_of, console_app, in_thread, send, serve, sign_in, sign_in_now

browser = conftest.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATHS = ("/governance", "/governance/registers", "/governance/registers/risks", "/governance/registers/risks/1",
         "/governance/registers/decisions/new", "/governance/records", "/governance/records/atrs",
         "/governance/records/dpia/field/4.1", "/governance/pack", "/governance/measures/answered")  # fmt: skip
ACTION = {"name": "Tell carers", "kind": "action", "owner": "Chair", "due_on": "2026-12-01", "status": "open"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(environment="test", var=tmp_path)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    made = console_app(settings, board_pages)
    yield made
    await made.state.running.store.close()


async def test_an_entry_is_added_changed_with_a_reason_and_kept_in_history(app: FastAPI) -> None:
    keeper = await sign_in(app, Role.INFORMATION_GOVERNANCE)
    async with client_of(app, keeper) as client:
        added = await send(client, "/governance/registers/actions/new", **ACTION)
        assert (added.status_code, added.headers["location"]) == (303, "/governance/registers/actions/1")
        wrong = await send(client, "/governance/registers/actions/1", **{**ACTION, "status": "done"}, version="1")
        assert wrong.status_code == 422
        assert "Say why this changes" in wrong.text
        done = await send(
            client, "/governance/registers/actions/1", **{**ACTION, "status": "done"}, version="1", why="They know."
        )
        assert done.status_code == 303
        page = (await client.get("/governance/registers/actions/1")).text
        assert "They know." in page
        assert "from “Open” to “Done”" in page


async def test_a_change_from_an_old_page_is_refused(app: FastAPI) -> None:
    keeper = await sign_in(app, Role.INFORMATION_GOVERNANCE)
    async with client_of(app, keeper) as client:
        await send(client, "/governance/registers/actions/new", **ACTION)
        await send(client, "/governance/registers/actions/1", **ACTION, version="1", why="First.")
        late = await send(client, "/governance/registers/actions/1", **ACTION, version="0", why="Late.")
    assert late.status_code == 409


async def test_a_decision_is_the_boards_and_keeps_its_evidence(app: FastAPI) -> None:
    decision = {"name": "Go live", "kind": "approve", "decided_on": "2026-11-23", "why": "Every mark was met."}
    keeper, chair = await sign_in(app, Role.INFORMATION_GOVERNANCE), await sign_in(app, Role.BOARD_MEMBER)
    async with client_of(app, keeper) as client:
        assert (await client.get("/governance/registers/decisions/new")).status_code == 403
    async with client_of(app, chair) as client:
        assert (await send(client, "/governance/registers/decisions/new", **decision)).status_code == 303
        assert "Evidence as it stood" in (await client.get("/governance/registers/decisions/1")).text


async def test_a_person_writes_into_a_record_and_the_board_approves_it(app: FastAPI) -> None:
    chair = await sign_in(app, Role.BOARD_MEMBER)
    async with client_of(app, chair) as client:
        assert (await send(client, "/governance/records/dpia/field/4.1", text="Public task.")).status_code == 303
        assert "Public task." in (await client.get("/governance/records/dpia")).text
        form = (await client.get("/governance/records/dpia")).text
        token = form.split('name="csrf" value="')[1].split('"')[0]
        kept = await client.post("/governance/records/dpia/approve", data={"csrf": token, "why": "Read in full."})
        assert kept.status_code == 303
        assert "Nothing has changed since." in (await client.get("/governance/records/dpia")).text
        pdf = await client.get("/governance/records/dpia/as/pdf")
        assert pdf.content.startswith(b"%PDF")
        assert (await client.get("/governance/records/dpia/as/odt")).status_code == 404


async def test_a_meeting_and_what_it_decided_say_whether_there_was_a_quorum(app: FastAPI) -> None:
    chair = await sign_in(app, Role.BOARD_MEMBER)
    meeting = {"name": "November", "held_on": "2026-11-20", "status": "held", "agenda": "Go live", "present": "Chair"}
    decision = {
        "name": "Go live",
        "kind": "approve",
        "decided_on": "2026-11-20",
        "why": "Enough evidence.",
        "meeting": "G-1",
    }
    async with client_of(app, chair) as client:
        await client.get("/governance/registers")
        await send(client, "/governance/registers/meetings/new", **meeting)
        await send(client, "/governance/registers/decisions/new", **decision)
        pages = [(await client.get(f"/governance/registers/{one}/1")).text for one in ("meetings", "decisions")]
        risk = (await client.get("/governance/registers/risks/7")).text
    for page in pages:
        assert "No quorum: 1 member was there; a decision needs 4." in page
        assert "Senior responsible owner" in page
    assert (
        "Likelihood 2 times impact 5 is 10." in risk and "Crisis texts not delivered" in risk and "at most 0.02" in risk
    )


async def test_wrong_days_and_unknown_names_are_said_in_words(app: FastAPI) -> None:
    chair = await sign_in(app, Role.BOARD_MEMBER)
    async with client_of(app, chair) as client:
        assert (await client.get("/governance/pack?from=2026-12-01&to=2026-11-01")).status_code == 422
        assert (await client.get("/governance/registers/unicorns")).status_code == 404
        assert (await client.get("/governance/records/unicorns")).status_code == 404
        assert (await client.get("/governance/measures/unicorns")).status_code == 404


async def test_a_register_comes_out_and_goes_in_as_a_file(app: FastAPI) -> None:
    keeper = await sign_in(app, Role.INFORMATION_GOVERNANCE)
    async with client_of(app, keeper) as client:
        page = (await client.get("/governance/registers/risks")).text
        text = (await client.get("/governance/registers/risks.csv")).content
        token = page.split('name="csrf" value="')[1].split('"')[0]
        files = {"file": ("risks.csv", text.replace(b"Unfair answers", b"Unequal answers"), "text/csv")}
        taken = await client.post("/governance/registers/risks/file", data={"csrf": token}, files=files)
        assert taken.status_code == 303, taken.text
        assert "Unequal answers" in (await client.get("/governance/registers/risks")).text


@pytest.mark.browser
def test_the_pages_are_clean_fit_a_phone_and_name_themselves(settings: Settings, browser: Browser) -> None:
    app = in_thread(lambda: filled(settings))
    with serve(app) as url:
        member = sign_in_now(settings, Role.BOARD_MEMBER, Role.INFORMATION_GOVERNANCE)
        for width in (1280, 320):
            context = browser.new_context(viewport={"width": width, "height": 900})
            context.add_cookies([member.cookie(url)])
            page = context.new_page()
            for path in PATHS:
                answer = page.goto(url + path)
                assert answer is not None
                assert answer.status == 200, path
                wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                assert not wide, f"{path} is wider than {width}"
                if width == 1280:
                    found = Axe().run(page, options={"runOnly": RULES["runOnly"]}).response["violations"]
                    assert [(path, one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
            context.close()


async def filled(settings: Settings) -> FastAPI:
    app = console_app(settings, board_pages)
    await ready(app.state.running.store, datetime.now(UTC))
    return app
