"""A guarded page lets in whom the matrix allows, checks every form, and shows each person only their own places."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from assistant.console.access import form_of, local_place, staff_of
from assistant.console.entrance import open_console
from assistant.console.navigation import Place, place_of
from assistant.console.pages import Pages, done
from assistant.console.security import SAFE_HEADERS
from assistant.domain.roles import MAY, Act, Role, Staff, may, require
from assistant.errors import NotAllowed, SettingsWrong
from assistant.settings import Settings
from assistant.testing import FakeClock
from tests.assistant.console.signed import Member, client_of, console_app, send, sign_in


def own_routes(app: FastAPI) -> list[BaseRoute]:
    pages = Pages(Path(__file__).parent)
    seen: list[dict[str, str]] = []
    app.state.seen = seen

    async def show(request: Request) -> Response:
        return pages.show(request, "form.test.html", said=staff_of(request).name)

    async def take(request: Request) -> Response:
        form = await form_of(request)
        seen.append(dict(form))
        return done(request, "/books", "The book was <kept>.")

    async def fail(request: Request) -> Response:
        require(staff_of(request), Act.MANAGE_STAFF)
        raise ZeroDivisionError("a carer's words")

    async def broken(_: Request) -> Response:
        raise ZeroDivisionError("a carer's words")

    async def away(_: Request) -> Response:
        return RedirectResponse("/books")

    return [
        pages.route("/books", show, act=Act.SEE_INBOX, place=Place("Inbox", "Books that wait.")),
        pages.route("/books", take, ["POST"], act=Act.SEE_INBOX),
        pages.route("/danger", show, act=Act.SEE_INBOX, fresh=True),
        pages.route("/fail", fail, act=Act.SEE_HOME),
        Route("/broken", broken),
        Route("/away", away),
    ]


class House:
    """The application of a test, its clock, and a signed-in support worker."""

    def __init__(self, app: FastAPI, clock: FakeClock, worker: Member) -> None:
        self.app, self.clock, self.worker = app, clock, worker


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FakeClock()
    app = console_app(Settings(environment="test", var=tmp_path), own_routes, clock=clock)
    yield House(app, clock, await sign_in(app, Role.SUPPORT_WORKER))
    await app.state.running.store.close()


async def test_a_stranger_is_sent_to_sign_in_and_back(house: House) -> None:
    async with client_of(house.app) as client:
        answer = await client.get("/books?page=2")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/books%3Fpage%3D2")
        assert (await client.post("/books", data={"a": "b"})).headers["location"] == "/sign-in"
        for script in ({"Accept": "application/json"}, {"Kith-Refresh": "news"}):
            assert (await client.get("/books", headers=script)).status_code == 401
        client.cookies.set("kith", "made up")
        assert (await client.get("/books")).status_code == 303
    assert house.app.state.seen == []


async def test_a_role_opens_what_the_matrix_says_and_shows_only_that(house: House) -> None:
    async with client_of(house.app, house.worker) as client:
        assert "Sam Taylor" in (await client.get("/books")).text
        home = (await client.get("/")).text
        assert 'href="/books"' in home
        assert "Books that wait." in home
    board = await sign_in(house.app, Role.BOARD_MEMBER)
    async with client_of(house.app, board) as client:
        refused = await client.get("/books")
        assert refused.status_code == 403
        assert "support worker, team lead" in refused.text
        assert 'href="/books"' not in (await client.get("/")).text


async def test_a_form_needs_the_token_of_its_own_session(house: House) -> None:
    other = await sign_in(house.app, Role.SUPPORT_WORKER)
    async with client_of(house.app, house.worker) as client, client_of(house.app, other) as stranger:
        for fields in ({"a": "b"}, {"csrf": ""}, {"csrf": "é"}, {"csrf": "0" * 64}):
            assert (await client.post("/books", data=fields)).status_code == 403
        stolen = (await stranger.get("/books")).text.split('name="csrf" value="')[1].split('"')[0]
        assert (await client.post("/books", data={"csrf": stolen})).status_code == 403
        assert house.app.state.seen == []
        answer = await send(client, "/books", title="One\r\nTwo")
        assert (answer.status_code, house.app.state.seen) == (303, [{"title": "One\nTwo"}])
        for refresh in ("news", "here"):
            assert "kept" not in (await client.get("/books", headers={"Kith-Refresh": refresh})).text
        assert "The book was &lt;kept&gt;." in (await client.get("/books")).text
        assert "kept" not in (await client.get("/books")).text, "a notice is shown once"


async def test_a_file_comes_with_its_form(house: House) -> None:
    async with client_of(house.app, house.worker) as client:
        token = (await client.get("/books")).text.split('name="csrf" value="')[1].split('"')[0]
        sent = {"data": {"csrf": token, "title": "A"}, "files": {"file": ("../a.txt", b"words")}}
        assert (await client.post("/books", **sent)).status_code == 303  # type: ignore[arg-type]
        sent["files"] = {"file": ("a.txt", b"w" * 70_000)}
        assert (await client.post("/books", **sent)).status_code == 413  # type: ignore[arg-type]


async def test_somebody_idle_or_in_too_long_is_signed_out(house: House) -> None:
    async with client_of(house.app, house.worker) as client:
        for _ in range(4):
            house.clock.move(timedelta(minutes=10))
            assert (await client.get("/books")).status_code == 200
        house.clock.move(timedelta(minutes=14))
        for script in ({"Accept": "text/event-stream"}, {"Kith-Refresh": "news"}):
            assert (await client.get("/books", headers=script)).status_code == 200
        house.clock.move(timedelta(minutes=2))
        assert (await client.get("/books")).status_code == 303, "a script's questions keep nobody signed in"
    busy = await sign_in(house.app, Role.SUPPORT_WORKER)
    async with client_of(house.app, busy) as client:
        answers = []
        for _ in range(13 * 6):
            house.clock.move(timedelta(minutes=10))
            answers.append((await client.get("/books")).status_code)
        assert answers[: 12 * 6] == [200] * 12 * 6
        assert set(answers[12 * 6 :]) == {303}


async def test_a_dangerous_act_asks_for_the_password_again(house: House) -> None:
    async with client_of(house.app, house.worker) as client:
        assert (await client.get("/danger")).status_code == 200
        house.clock.move(timedelta(minutes=11))
        answer = await client.get("/danger")
        assert (answer.status_code, answer.headers["location"]) == (303, "/prove?next=/danger")


async def test_the_policy_is_accepted_before_anything_else(house: House) -> None:
    async with house.app.state.running.store.write() as work:
        staff_id = await work.staff.add("new@northmere.example", "New", frozenset(Role), house.clock.now())
        await work.staff.accept(staff_id, "p-older", house.clock.now())  # what was accepted has changed since
        token = await work.sessions.open(staff_id, "full", house.clock.now())
    async with client_of(house.app) as client:
        client.cookies.set("kith", token)
        assert (await client.get("/books")).headers["location"] == "/accept?next=/books"


ANSWERS = [
    ("GET", "/nowhere", 404), ("DELETE", "/books", 405), ("GET", "/away", 307), ("GET", "/static/kith.css", 200),
    ("GET", "/fail", 403), ("GET", "/broken", 500), ("GET", "/books/", 307),
]  # fmt: skip


async def test_no_answer_leaves_without_the_headers_or_with_what_went_wrong_inside(house: House) -> None:
    async with client_of(house.app, house.worker) as client:
        for method, path, status in ANSWERS:
            answer = await client.request(method, path)
            assert answer.status_code == status, path
            kept = {"Cache-Control": "no-cache"} if path.startswith("/static") else {}
            for name, value in {**SAFE_HEADERS, **kept}.items():
                assert answer.headers[name] == value, path
            assert "a carer's words" not in answer.text
            assert "a carer&#39;s words" not in answer.text
            assert "strict-transport-security" not in answer.headers


async def test_over_https_browsers_keep_to_it_and_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    app = console_app(Settings(environment="test", var=tmp_path, public_url="https://kith.example"), own_routes)
    member = await sign_in(app, Role.SUPPORT_WORKER)
    assert member.name == "__Host-kith"
    async with client_of(app, member) as client:
        answer: httpx.Response = await client.get("/nowhere")
        assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
    await app.state.running.store.close()


def test_live_without_https_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="https"):
        open_console(FastAPI(), Settings(environment="live", var=tmp_path))


@pytest.mark.parametrize(
    ("asked", "place"),
    [("/books?page=2", "/books?page=2"), ("", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("books", "/"),
     ("https://evil.example/", "/"), ("/a\nb", "/"), ("javascript:alert(1)", "/"), ("/a/\\b", "/")],
)  # fmt: skip
def test_the_way_back_never_leads_elsewhere(asked: str, place: str) -> None:
    assert local_place(asked) == place


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text("/\\\\:.@?#%\t\n ehtpsvil", max_size=20)))
def test_no_way_back_leaves_this_site(asked: str) -> None:
    place = local_place(asked)
    landed = urlsplit(urljoin("https://kith.example/sign-in", place))
    assert (landed.scheme, landed.netloc) == ("https", "kith.example")
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    ("path", "place"),
    [("/", "/"), ("/staff/1", "/staff"), ("/staffing", ""), ("/a/b/c", "/a/b"), ("/a/x", "/a"), ("/nowhere", "")],
)
def test_a_page_belongs_to_the_nearest_place_alone(path: str, place: str) -> None:
    assert place_of(path, ["/", "/staff", "/a", "/a/b"]) == place


def test_the_core_asks_the_same_matrix() -> None:
    for act in Act:
        for role in Role:
            staff = Staff("1", "Sam", frozenset({role}))
            if role in MAY[act]:
                require(staff, act)
            else:
                with pytest.raises(NotAllowed, match="It is for"):
                    require(staff, act)
    assert not may(frozenset(), Act.SEE_HOME)
