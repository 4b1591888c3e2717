"""The console's own pages in a real browser: checked by axe, at 320 pixels, in both colour schemes, by keyboard, without JavaScript."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from assistant.commands.staff import first_link
from assistant.domain.roles import Role
from assistant.settings import Settings
from tests.assistant.console.signed import Member, console_app, serve, sign_in_now
from tests.assistant.console.test_access import own_routes
from tests.assistant.console.test_browser import RULES

pytestmark = pytest.mark.browser
PAGES = ("/", "/books", "/profile", "/accept", "/staff", "/staff/{other}", "/health", "/profile/second-factor")


class House:
    """A served console and two people in it."""

    def __init__(self, url: str, boss: Member, other: Member, token: str) -> None:
        self.url, self.boss, self.other, self.token = url, boss, other, token


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = Settings(environment="test", var=tmp_path_factory.mktemp("house"), database_url="")
    app = console_app(settings, own_routes, is_demo=True)

    with ThreadPoolExecutor() as elsewhere:  # this thread's event loop belongs to the browser
        token = elsewhere.submit(first_link, settings).result()
    everything = tuple(Role)
    with serve(app) as url:
        boss = sign_in_now(settings, *everything, name="Maya Lewis")
        yield House(url, boss, sign_in_now(settings, Role.AUTHOR, name="Beth Morgan"), token)


@pytest.fixture
def page(house: House, browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}, base_url=house.url) as context:
        context.add_cookies([house.boss.cookie(house.url)])
        yield context.new_page()


def places(house: House) -> list[str]:
    return [path.format(me=house.boss.staff.id, other=house.other.staff.id) for path in PAGES]


def check(page: Page, path: str, width: int) -> None:
    """Let axe look at a page with everything unfolded, and see that it fits its window."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert Axe().run(page, options=RULES).response["violations"] == [], path
    assert page.evaluate("document.documentElement.scrollWidth") == width, path


def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(house: House, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/books")
    check(page, "/books in the dark", 1280)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 900})
    for path in places(house):
        page.goto(path)
        check(page, path, 320)
    page.context.clear_cookies()
    for path in ("/sign-in", house.token.partition("8000")[2]):
        page.goto(path)
        page.get_by_role("button").last.click()
        check(page, path, 320)


def test_a_form_is_filled_in_with_the_keyboard_alone(house: House, page: Page) -> None:
    page.goto("/staff/invite")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.locator("#email").evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.type("new@northmere.example")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("#roles").is_checked()
    page.keyboard.press("Enter")
    assert "/join/" in page.locator("main code").inner_text()


def test_an_error_is_named_above_the_form_and_leads_to_its_field(house: House, page: Page) -> None:
    page.goto("/staff/invite")
    page.locator("main").get_by_role("button").click()
    page.locator(".wrong a").click()
    assert page.locator("#email").evaluate("(one) => one === document.activeElement")
    assert page.locator("#email").get_attribute("aria-invalid") == "true"
    assert "email-error" in (page.locator("#email").get_attribute("aria-describedby") or "")
