"""A site on a free port with the simulator on it, and a browser to visit it with."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.settings import Settings
from tests.assistant.console.signed import serve
from tests.assistant.console.standin import StandIn, free_socket
from tests.databases import ready_database

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 10_000
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Site:
    """The running site as a visitor without a browser meets it."""

    url: str
    stand_in: StandIn
    client: httpx.Client

    def page(self, path: str = "/simulator") -> str:
        """Return a page's HTML."""
        return self.client.get(path).raise_for_status().text

    def write(self, text: str, slug: str = "1", **more: str) -> httpx.Response:
        """Send the form of a phone, as its page does."""
        return self.client.post(f"/simulator/{slug}/messages", data={"kind": "text", "text": text, **more})

    def wait_for(self, words: str, path: str = "/simulator") -> str:
        """Load a page again and again until it says something, as a person without JavaScript does."""
        for _ in range(100):
            if words in (html := self.page(path)):
                return html
            time.sleep(0.05)
        raise AssertionError(f"{words!r} never came")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of its own, for a test that writes."""
    with open_site(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def quiet_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for tests that leave it as it was."""
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@contextmanager
def open_site(var: Path) -> Iterator[Site]:
    """Serve the stand-in in a thread on a free port until the block ends."""
    settings = Settings(environment="test", var=var)
    ready_database(settings)
    listener = free_socket()
    stand_in = StandIn(settings, listener.getsockname()[1])
    with serve(stand_in.app, listener) as url, httpx.Client(base_url=url, headers=SAME_SITE) as client:
        yield Site(url, stand_in, client)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: while it lives it owns the thread's event loop, which the asyncio tests need back."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(site: Site, browser: Browser) -> Iterator[Page]:
    """A wide window. Any error in the page's script, or anything its policy blocks, fails the test."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url) as context:
        visited = context.new_page()
        visited.set_default_timeout(PATIENCE_MS)
        troubles: list[str] = []
        visited.on("pageerror", lambda error: troubles.append(str(error)))
        visited.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        yield visited
        assert troubles == []


@pytest.fixture
def plain_page(site: Site, browser: Browser) -> Iterator[Page]:
    """A narrow window without JavaScript."""
    with browser.new_context(
        viewport={"width": 320, "height": 700}, base_url=site.url, java_script_enabled=False
    ) as context:
        visited = context.new_page()
        visited.set_default_timeout(PATIENCE_MS)
        yield visited
