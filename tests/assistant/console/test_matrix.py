"""Every route of the whole application, upper rooms included, is open to all by name or guarded by the one matrix."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from assistant.app import create_app
from assistant.console.navigation import PageRoute
from assistant.console.pages import FilesMount
from assistant.console.security import SAFE_HEADERS
from assistant.demo import demo_app, demo_settings
from assistant.domain.roles import Role, may
from assistant.settings import Settings
from assistant.testing import FakeSender
from tests.assistant.console.signed import client_of, console_app, sign_in

OPEN_TO_ALL = {
    "/whatsapp/inbound": "Twilio; signed",
    "/whatsapp/status": "Twilio; signed",
    "/healthz": "machines; tells nothing",
    "/readyz": "machines; tells nothing",
    "/health": "tells nothing about people or settings",
    "/sign-in": "where everybody starts",
    "/sign-in/single": "where everybody starts",
    "/sign-in/single/back": "the council's sign-in service",
    "/join/{token}": "whoever holds a one-time link",
}
"""Each with the reason why nobody needs to be signed in."""
OPEN_IN_THE_DEMO = {
    "/demo", "/demo/sign-in", "/simulator", "/simulator/news", "/simulator/carers", "/simulator/{slug}/messages",
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    single = {"oidc_issuer": "https://login.example", "oidc_client_id": "kith", "oidc_groups": "g=author"}
    return Settings(environment="test", var=tmp_path_factory.mktemp("matrix"), database_url="", **single)


@pytest.fixture(scope="module")
def whole(settings: Settings) -> FastAPI:
    return create_app(settings, FakeSender())


def routes_in(routes: list[BaseRoute]) -> Iterator[Route]:
    """Give every route. Files alone may be mounted: whatever else a mount held would escape the matrix."""
    for route in routes:
        if isinstance(route, FilesMount):
            continue
        assert isinstance(route, Route), f"{route} is of a kind that cannot be checked here"
        yield route


def test_every_route_is_guarded_or_open_for_a_reason(whole: FastAPI, settings: Settings) -> None:
    routes = list(routes_in(whole.router.routes))
    assert len(routes) > 40
    unguarded = {route.path for route in routes if not (isinstance(route, PageRoute) and route.act)}
    assert unguarded == set(OPEN_TO_ALL)
    demo = routes_in(demo_app(demo_settings(settings)).router.routes)
    assert {route.path for route in demo if not (isinstance(route, PageRoute) and route.act)} == (
        set(OPEN_TO_ALL) | OPEN_IN_THE_DEMO
    )


def test_no_address_is_given_twice(whole: FastAPI) -> None:
    given = [(route.path, method) for route in routes_in(whole.router.routes) for method in sorted(route.methods or ())]
    assert [one for one in given if given.count(one) > 1] == []


async def passed(_: Request) -> Response:
    return PlainTextResponse("passed")


def with_the_guards_of(whole: FastAPI) -> list[BaseRoute]:
    """Return each guarded route with its own guards around an answer that does nothing."""
    return [
        PageRoute(route.path, passed, sorted(route.methods or ()), route.guards, route.act, None)
        for route in routes_in(whole.router.routes)
        if isinstance(route, PageRoute) and route.act
    ]


async def test_each_role_is_let_in_exactly_as_the_matrix_says(whole: FastAPI, tmp_path: Path) -> None:
    app = console_app(Settings(environment="test", var=tmp_path))
    app.router.routes[:] = with_the_guards_of(whole)
    wrong, asked = [], 0
    members = [await sign_in(app, role, name=role.value) for role in Role]
    for member in [None, *members]:
        async with client_of(app, member) as client:
            for route in routes_in(app.router.routes):
                assert isinstance(route, PageRoute)
                place = re.sub(r"\{\w+:int\}", "1", re.sub(r"\{\w+(:path)?\}", "x", route.path))
                for method in (route.methods or set()) - {"HEAD"}:
                    asked += 1
                    answer = await client.request(method, place, data={"a": "b"} if method == "POST" else None)
                    may_pass = member is not None and route.act is not None and may(member.staff.roles, route.act)
                    if outcome(answer.status_code, answer.text, method) != expected(member is None, may_pass, place):
                        wrong.append((route.path, method, member and member.staff.name, answer.status_code))
                    assert all(answer.headers[name] == value for name, value in SAFE_HEADERS.items())
    assert wrong == []
    assert asked > 300
    await app.state.running.store.close()


def outcome(status: int, text: str, method: str) -> str:
    """Say in a word what the guards decided. A form without its token shows that the role was let through."""
    if status == 303:
        return "sign in"
    if status == 403 and "not for your role" in text:
        return "role"
    let_through = (status == 403 and "out of date" in text) if method == "POST" else (status, text) == (200, "passed")
    return "in" if let_through else f"{status}"


def expected(is_stranger: bool, may_pass: bool, place: str) -> str:
    """Say in a word what the matrix says. Signing out is for everybody who is in."""
    if is_stranger:
        return "sign in"
    return "in" if may_pass or place == "/sign-out" else "role"
