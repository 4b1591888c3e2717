"""The pages of the safety checks: read by all staff, changed by two people, without a carer's words."""

from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from assistant.console.rails.pages import rail_pages
from assistant.domain.roles import Role
from assistant.settings import Settings
from assistant.testing import FakeClock
from rails.register import entries, source
from tests.assistant.console.signed import client_of, console_app, send, serve, sign_in, sign_in_now


@pytest.mark.parametrize(
    "path", ["/rails", "/rails/try", "/rails/changes", "/rails/danger_rules", "/rails/tone_is_kind"]
)
async def test_every_member_of_staff_may_read_the_checks(path: str, tmp_path: Path) -> None:
    app = console_app(Settings(environment="test", var=tmp_path), rail_pages, clock=FakeClock())
    async with client_of(app, await sign_in(app, Role.SUPPORT_WORKER)) as client:
        answer = await client.get(path)
        assert answer.status_code == 200 and "<h1>" in answer.text
        if path == "/rails":
            assert all(one.policy.purpose.split(",")[0][:40] in answer.text.replace("&#39;", "'") for one in entries())
    await app.state.running.store.close()


async def test_a_message_is_tried_and_a_change_goes_past_two_people(tmp_path: Path) -> None:
    app = console_app(Settings(environment="test", var=tmp_path), rail_pages, clock=FakeClock())
    author, reviewer = await sign_in(app, Role.AUTHOR), await sign_in(app, Role.REVIEWER)
    async with client_of(app, author) as client:
        tried = await send(client, "/rails/try", text="my mum Jean cant breathe")
        text = source("personal_data.yaml")
        slip = await client_send(client, text.replace("owner:", "ownr:", 1))
        kept = await client_send(client, text.replace("I have hidden", "I have covered", 1))
    assert "medical emergency" in tried.text and "[NAME]" in tried.text
    assert slip.status_code == 422 and "line" in slip.text
    assert kept.status_code == 303

    async with app.state.running.store.read() as work:
        [draft] = await work.rails.drafts()
    async with client_of(app, author) as client:
        assert "waits for a reviewer" in (await client.get(f"/rails/changes/{draft.id}")).text
    async with client_of(app, reviewer) as client:
        page = f"/rails/changes/{draft.id}"
        assert "I have covered" in (await client.get(page)).text
        assert (await send(client, f"{page}/decide", page, decision="approve")).status_code == 303
    async with app.state.running.store.read() as work:
        assert (await work.rails.draft(draft.id)).state == "approved"
    await app.state.running.store.close()


async def client_send(client: httpx.AsyncClient, text: str) -> httpx.Response:
    """Send a changed file for review."""
    return await send(client, "/rails/personal_data/change", "/rails/personal_data", text=text, why="Plainer words.")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_free_of_axe_findings_and_fit(browser: Browser, tmp_path: Path, width: int) -> None:
    settings = Settings(environment="test", var=tmp_path)
    app = console_app(settings, rail_pages, clock=FakeClock())
    member = sign_in_now(settings, Role.AUTHOR)
    with serve(app) as url:
        context = browser.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([member.cookie(url)])
        page = context.new_page()
        for path in ("/rails", "/rails/try", "/rails/claims_are_grounded", "/rails/changes"):
            page.goto(url + path)
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            assert found.response["violations"] == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        context.close()
