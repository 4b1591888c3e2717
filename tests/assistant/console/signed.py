"""Signed-in staff for page tests: a small application with the real console, store and routes, and clients for any role."""

import asyncio
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from assistant.console.entrance import open_console
from assistant.domain.ports import Clock
from assistant.domain.roles import Role, Staff
from assistant.settings import Settings
from assistant.staff.policy import policy
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from tests.databases import ready_database

SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass
class Running:
    """The part of the running service that pages read. Give more attributes where a page needs them."""

    settings: Settings
    store: Store


def console_app(
    settings: Settings,
    *routes: Callable[[FastAPI], Sequence[BaseRoute]],
    clock: Clock | None = None,
    running: Callable[[Store], Any] | None = None,
    is_demo: bool = False,
) -> FastAPI:
    """Return an application with the console and these routes on a migrated database, without brain or engine.

    Args:
        settings: Whose database is migrated and used.
        routes: Functions as they stand under the entry point `kith.console`.
        clock: Stands in for the real one.
        running: Makes `app.state.running` from the store, when pages need more than `Running` has.
        is_demo: Whether it is the demo.
    """
    ready_database(settings)
    store = Store(make_engine(settings), load_keys(settings))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await store.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.running = running(store) if running else Running(settings, store)
    open_console(app, settings, clock, is_demo)
    for give in routes:
        app.router.routes += give(app)
    return app


@dataclass(frozen=True)
class Member:
    """A signed-in person. `cookies` go with each request; `cookie(url)` is for `context.add_cookies([...])`."""

    staff: Staff
    token: str
    name: str

    @property
    def cookies(self) -> dict[str, str]:
        return {self.name: self.token}

    def cookie(self, url: str) -> Any:
        return {"name": self.name, "value": self.token, "url": url}


async def sign_in(app: FastAPI, *roles: Role, name: str = "Sam Taylor", at: datetime | None = None) -> Member:
    """Make a member of staff with these roles who has accepted the policy, and sign them in."""
    now = at or app.state.access.clock.now()
    store = app.state.running.store
    async with store.write() as work:
        email = f"{name.lower().replace(' ', '.')}.{await work.staff.count()}@northmere.example"
        staff_id = await work.staff.add(email, name, frozenset(roles), now)
        await work.staff.accept(staff_id, policy().version, now)
        token = await work.sessions.open(staff_id, "full", now)
    return Member(Staff(staff_id, name, frozenset(roles)), token, app.state.access.cookie)


def sign_in_now(settings: Settings, *roles: Role, name: str = "Sam Taylor") -> Member:
    """Do the same to a site that another thread or process serves, through its database."""

    async def signed() -> Member:
        store = Store(make_engine(settings), load_keys(settings))
        app = FastAPI()
        app.state.running = Running(settings, store)
        open_console(app, settings)
        try:
            return await sign_in(app, *roles, name=name, at=datetime.now(UTC))
        finally:
            await store.close()

    return in_thread(signed)


def in_thread(work: Callable[[], Any]) -> Any:
    """Run a coroutine function to its end, even where a loop is running already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def client_of(app: FastAPI, member: Member | None = None) -> httpx.AsyncClient:
    """Return a client that speaks to the application in this process, as this person or as a stranger."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    cookies = member.cookies if member else None
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies, headers=SAME_SITE)


async def send(client: httpx.AsyncClient, path: str, page: str = "", **fields: Any) -> httpx.Response:
    """Send a form as its page does: load `page` (the same address when empty), take its token, post the fields."""
    html = (await client.get(page or path)).text
    found = CSRF.search(html)
    assert found, f"{page or path} has no form token: {html[:300]}"
    return await client.post(path, data={"csrf": found.group(1), **fields})


@contextmanager
def serve(app: ASGIApp, listener: socket.socket | None = None) -> Iterator[str]:
    """Serve an application in a thread, for a browser, on this socket or a free port; gives its address."""
    with listener or socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=3)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the site did not start"
            thread.join(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive(), "the site did not stop"
