"""The inbox in a real browser: fresh within a second, usable by keyboard alone, without script, at 320 px, axe clean."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from assistant.cases.service import Service
from assistant.domain.roles import Role
from assistant.settings import Settings
from tests.assistant.cases.room import Room
from tests.assistant.console.inbox_site import inbox_site
from tests.assistant.console.signed import Member, in_thread, serve, sign_in

pytestmark = pytest.mark.browser


HERE = "words => ['A', 'BUTTON'].includes(document.activeElement.tagName) && document.activeElement.textContent.includes(words)"


NOTES_WHEN = """words => new MutationObserver(() => {
  const cases = document.querySelector("tbody");
  if (!window.shownAt && cases && cases.textContent.includes(words)) window.shownAt = Date.now();
}).observe(document.body, { childList: true, subtree: true })"""
"""Notes the moment at which some words appear."""


@dataclass
class Site:
    """The served inbox. Carers write through a room of their own on the same database, as another process would."""

    url: str
    room: Room
    member: Member

    def hear(self, text: str, address: str = "whatsapp:+447700900123") -> None:
        in_thread(lambda: self.room.hear(text, address))


@contextmanager
def open_inbox(var: Path, service: Service) -> Iterator[Site]:
    settings = Settings(environment="test", var=var)
    app, served = inbox_site(settings, service)
    member = in_thread(lambda: sign_in(app, Role.SUPPORT_WORKER, Role.TEAM_LEAD, name="Anna Bell"))
    writing = Room.make(settings, service, clock=served.clock)
    writing.sender = served.sender  # one provider gives the sids of both
    writing.desk = replace(writing.desk, sender=served.sender)
    with serve(app) as url:
        yield Site(url, writing, member)
    writing.desk.store.engine.dispose()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_inbox(tmp_path_factory.mktemp("inbox"), Service()) as opened:
        yield opened


def open_page(browser: Browser, site: Site, **how: Any) -> Page:
    context = browser.new_context(base_url=site.url, **how)
    context.add_cookies([site.member.cookie(site.url)])
    return context.new_page()


def axe_of(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def test_a_new_case_shows_within_a_second_of_being_stored(browser: Browser, site: Site) -> None:
    page = open_page(browser, site, viewport={"width": 1280, "height": 900})
    page.goto("/inbox")
    page.wait_for_timeout(300)
    page.evaluate(NOTES_WHEN, "The message shows a crisis")
    in_thread(lambda: site.room.hear("danger", "whatsapp:+447700900777"))
    stored = time.time()
    page.locator("tbody").get_by_text("The message shows a crisis").first.wait_for(timeout=5000)
    assert page.evaluate("window.shownAt") / 1000 - stored < 1.0
    page.context.close()


def test_everything_is_done_by_keyboard_alone(browser: Browser, site: Site) -> None:
    site.hear("HUMAN")
    page = open_page(browser, site, viewport={"width": 1280, "height": 900})
    page.goto("/inbox")
    press(page, "The carer asked for a person")
    page.wait_for_url("**/inbox/*")
    press(page, "Take over")
    page.get_by_text("You are answering").wait_for()
    page.locator("#text").focus()
    page.keyboard.type("Good morning")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Your reply goes out in 5 seconds").wait_for()
    press(page, "Take back")
    page.get_by_text("Your reply was taken back").wait_for()
    press(page, "Hand back to the assistant")
    page.get_by_text("The assistant answers again").wait_for()
    assert "Good morning" not in site.room.said, "what was taken back was never sent"
    page.context.close()


def press(page: Page, words: str) -> None:
    """Walk with the Tab key to what says these words, and press Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(HERE, words):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{words!r} was not reached with the Tab key")


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_are_free_of_axe_findings_and_fit(browser: Browser, site: Site, width: int) -> None:
    site.hear("HUMAN", "whatsapp:+447700900555")
    page = open_page(browser, site, viewport={"width": width, "height": 800})
    for path in ("/inbox", "/inbox?view=everyone", "/inbox/search?words=human", "/rota"):
        page.goto(path)
        assert axe_of(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/inbox")
    page.locator("#queue-caption ~ tbody a").first.click()
    if page.get_by_role("button", name="Take over").count():
        page.get_by_role("button", name="Take over").click()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert axe_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_the_inbox_works_without_script(browser: Browser, site: Site) -> None:
    site.hear("HUMAN", "whatsapp:+447700900556")
    page = open_page(browser, site, java_script_enabled=False)
    page.goto("/inbox?view=unread")
    page.get_by_role("link", name="The carer asked for a person").first.click()
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_text("The case is acknowledged").wait_for()
    assert not page.get_by_role("button", name="Acknowledge").count(), "once is enough"
    page.context.close()


@pytest.fixture
def reading_first(tmp_path: Path) -> Iterator[Site]:
    """An inbox in which a person reads each answer before it goes out."""
    with open_inbox(tmp_path, Service(approve_within=timedelta(minutes=10))) as opened:
        yield opened


@pytest.mark.parametrize("width", [1280, 320])
def test_an_answer_is_read_changed_and_sent_by_keyboard_alone(
    browser: Browser, reading_first: Site, width: int
) -> None:
    reading_first.hear("breaks?")
    page = open_page(browser, reading_first, viewport={"width": width, "height": 800})
    page.goto("/inbox")
    press(page, "A reply waits for a person")
    page.wait_for_url("**/inbox/*")
    assert "Read it by" in page.locator("#live-drafts").inner_text()
    assert axe_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    press(page, "Read the answer that waits")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "draft-1", "the link leads to the box"
    page.keyboard.press("Control+A")
    page.keyboard.type("Yes, you can have a break.")
    reading_first.hear("weather?")
    page.keyboard.press("Tab")
    page.wait_for_timeout(1500)
    assert page.locator("#draft-1").input_value() == "Yes, you can have a break.", "news takes no words away"
    page.keyboard.press("Enter")
    page.get_by_text("The answer goes out now").wait_for()
    assert "Yes, you can have a break." in reading_first.room.said
    page.context.close()


@pytest.mark.parametrize("wrote", [False, True], ids=["nothing written", "words in a box"])
def test_a_page_of_somebody_signed_out_shows_no_words_and_loses_none(browser: Browser, site: Site, wrote: bool) -> None:
    async def session() -> str:
        async with site.room.desk.store.write() as work:
            return await work.sessions.open(site.member.staff.id, "full", site.room.clock.now())

    async def sign_out() -> None:
        async with site.room.desk.store.write() as work:
            found = await work.sessions.find(token, "")
            assert found
            await work.sessions.end(found.id)

    site.hear("HUMAN", "whatsapp:+447700900558")
    token = in_thread(session)
    page = open_page(browser, replace(site, member=replace(site.member, token=token)))
    page.goto("/inbox?view=everyone")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/inbox/*")
    if wrote:
        page.locator("#note").fill("Rang her")
    in_thread(sign_out)
    site.hear("are you there?", "whatsapp:+447700900558")
    if wrote:
        page.get_by_text("You have been signed out. Copy what you wrote").wait_for()
        assert page.locator("#note").input_value() == "Rang her"
    else:
        page.wait_for_url("**/sign-in?next=/inbox/*")
    page.context.close()
