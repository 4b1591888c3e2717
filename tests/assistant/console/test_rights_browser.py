"""The pages of data rights in a real browser: narrow, and checked by axe."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from assistant.domain.roles import Role
from assistant.storage.notes import NewReport
from tests.assistant.console.conftest import PATIENCE_MS
from tests.assistant.console.signed import in_thread, serve, sign_in_now
from tests.assistant.console.test_browser import RULES
from tests.assistant.privacy.test_privacy import NOW, fill
from tests.assistant.privacy.test_rights_pages import made


@pytest.mark.browser
def test_the_pages_are_accessible_and_fit_a_small_screen(tmp_path: Path, browser: Browser) -> None:
    app = made(tmp_path)
    store, one = app.state.running.store, f"/rights/v{1:031d}"

    async def prepare() -> None:
        await fill(store, 2)
        async with store.write() as work:
            await work.notes.report(NewReport("complaint", f"v{1:031d}", "carer", "not happy"), NOW, NOW)

    with serve(app) as url:
        in_thread(prepare)
        officer = sign_in_now(app.state.running.settings, Role.INFORMATION_GOVERNANCE)
        with browser.new_context(viewport={"width": 320, "height": 800}, base_url=url) as context:
            context.set_default_timeout(PATIENCE_MS)
            context.add_cookies([officer.cookie(url)])
            page = context.new_page()
            for path in ("/rights", "/rights/schedule", one, one + "/erase"):
                page.goto(path)
                assert page.evaluate("document.documentElement.scrollWidth") == 320, path
                violations = Axe().run(page, options=RULES).response["violations"]
                assert violations == [], (path, [(each["id"], each["nodes"][0]["html"]) for each in violations])
            page.get_by_role("button", name="Erase it").click()
            assert page.get_by_role("heading", name="Receipt of erasure").is_visible()
            assert Axe().run(page, options=RULES).response["violations"] == []
