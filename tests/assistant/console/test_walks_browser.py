"""The two ways in, walked by keyboard alone in a real browser: by an invitation with a phone's codes, and by the council's own sign-in."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page
from pydantic import SecretStr

from assistant.commands.staff import first_link
from assistant.settings import Settings
from tests.assistant.console.signed import console_app, serve
from tests.assistant.staff.provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.browser
PASSWORD = "three unrelated words 4"
TAG = "wanted => document.activeElement !== document.body && document.activeElement.matches(wanted)"


@pytest.fixture(params=[1280, 320])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": request.param, "height": 900}) as context:
        yield context.new_page()


def reach(page: Page, wanted: str) -> None:
    """Walk with the Tab key to the element that this selector names."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(TAG, wanted):
            return
    raise AssertionError(f"{wanted!r} was not reached with the Tab key on {page.url}")


def fill(page: Page, **fields: str) -> None:
    """Type into fields, one after the other, and send the form with the Enter key."""
    for name, value in fields.items():
        reach(page, f"[name={name}]")
        page.keyboard.type(value)
    page.keyboard.press("Enter")


def accept(page: Page) -> None:
    """Read and accept how Kith is used, without which no other page opens."""
    page.get_by_role("heading", name="How we use Kith").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")
    reach(page, "main input[type=checkbox]")
    page.keyboard.press("Space")
    reach(page, "main button")
    page.keyboard.press("Enter")
    page.get_by_text("Sign out").wait_for()


def leave(page: Page) -> None:
    reach(page, ".top__out")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sign in").wait_for()


def test_whoever_is_invited_joins_with_their_phone_and_comes_back_without_it(page: Page, tmp_path: Path) -> None:
    settings = Settings(environment="test", var=tmp_path)
    app = console_app(settings)
    with ThreadPoolExecutor() as elsewhere:  # this thread's event loop belongs to the browser
        link = elsewhere.submit(first_link, settings).result().partition("8000")[2]
    with serve(app) as url:
        page.goto(url + link)
        fill(page, email="maya@northmere.example", name="Maya Lewis", password=PASSWORD, again=PASSWORD)
        page.get_by_role("heading", name="Sign in").wait_for()
        fill(page, email="maya@northmere.example", password=PASSWORD)
        page.get_by_role("heading", name="Set up your phone").wait_for()
        reach(page, "summary")
        page.keyboard.press("Enter")
        found = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", page.inner_text("main"))
        assert found, "the key can be typed where no camera sees the square"
        fill(page, code=pyotp.TOTP(found.group().replace(" ", "")).now())
        page.get_by_role("heading", name="Keep these recovery codes").wait_for()
        codes = page.locator(".codes li").all_inner_texts()
        assert len(set(codes)) == 10
        reach(page, "main .button")
        page.keyboard.press("Enter")
        accept(page)
        leave(page)

        fill(page, email="maya@northmere.example", password=PASSWORD)
        page.locator("[name=code]").wait_for()
        fill(page, code=codes[0])
        page.get_by_text("Sign out").wait_for()
        leave(page)
        fill(page, email="maya@northmere.example", password=PASSWORD)
        page.locator("[name=code]").wait_for()
        fill(page, code=codes[0])
        page.locator(".wrong").wait_for()
        assert not page.get_by_text("Sign out").count(), "a recovery code works once"


def test_the_councils_own_sign_in_leads_through_the_provider_and_back(page: Page, tmp_path: Path) -> None:
    provider = Provider(claims={"email": "sam@northmere.example", "name": "Sam Taylor", "groups": ["0f-workers"]})
    listener = socket.create_server(("127.0.0.1", 0))
    here = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with serve(provider.app()) as issuer:
        provider.issuer = issuer
        settings = Settings(
            environment="test", var=tmp_path, public_url=here, oidc_issuer=issuer, oidc_client_id=CLIENT,
            oidc_client_secret=SecretStr(SECRET), oidc_groups="0f-workers=support_worker",
        )  # fmt: skip
        with serve(console_app(settings), listener) as url:
            page.goto(url + "/profile")
            reach(page, "main a[href^='/sign-in/single']")
            page.keyboard.press("Enter")
            accept(page)
            page.goto(url + "/profile")
            assert "Sam Taylor" in page.inner_text("main")
            assert "Support worker" in page.inner_text("main")
