"""The pages of stops, releases and the audit log in a real browser: narrow, and checked by axe."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from assistant.domain.roles import Role
from tests.assistant.console.conftest import PATIENCE_MS
from tests.assistant.console.signed import in_thread, serve, sign_in_now
from tests.assistant.console.test_browser import RULES
from tests.governance.test_gate_pages import FACTS, NAME, made


@pytest.mark.browser
def test_the_pages_are_accessible_and_fit_a_small_screen(tmp_path: Path, browser: Browser) -> None:
    app = made(tmp_path)
    settings = app.state.running.settings
    store = app.state.running.store

    async def fill() -> None:
        async with store.write() as work:
            await work.switches.set(
                "all", "harm_reports", "quote", "3 of 3 reports", "system", app.state.access.clock.now()
            )
            await work.switches.set("topic", "blue-badge", "pause", "w" * 200, "x", app.state.access.clock.now())
            await work.audit.note(
                "release_activated", "system", "release:x", {"reply": "f" * 64}, app.state.access.clock.now()
            )
            await work.releases.note(NAME, FACTS, app.state.access.clock.now())

    with serve(app) as url:
        in_thread(fill)
        everybody = sign_in_now(settings, *Role)
        context = browser.new_context(viewport={"width": 320, "height": 800}, base_url=url)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([everybody.cookie(url)])
        page = context.new_page()
        for path in ("/governance/stop", "/governance/releases", f"/governance/releases/{NAME}", "/governance/audit"):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path
            violations = Axe().run(page, options=RULES).response["violations"]
            assert violations == [], (path, [(one["id"], one["nodes"][0]["html"]) for one in violations])
        context.close()
