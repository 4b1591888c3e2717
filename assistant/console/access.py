"""Who is signed in, and whether they may open a page. Each guarded route goes through `Admitted`."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.clock import SystemClock
from assistant.console.forms import MOST_BYTES, Form, read_form
from assistant.console.security import READS, Problem
from assistant.domain.ports import Clock
from assistant.domain.roles import Act, Staff, may, who_may
from assistant.errors import SettingsWrong
from assistant.settings import Settings
from assistant.staff.door import Door
from assistant.staff.passwords import Hashing
from assistant.staff.policy import policy
from assistant.storage.sessions import OpenSession
from assistant.storage.store import Store

SIGN_IN, SET_UP, ACCEPT, PROVE = "/sign-in", "/profile/second-factor", "/accept", "/prove"
REFRESH = "kith-refresh"
"""The header of a page that freshens itself: `here` when somebody uses it, `news` when it only heard of a change."""
SIGNED_OUT = (
    "Nothing was kept, because nobody used this page for a while. Sign in in another tab, open the page there, "
    "and put back what you wrote."
)
NOTHING: Mapping[str, str] = {}
NOTED_EVERY = timedelta(minutes=1)
"""A session's last use is written down at most this often."""


@dataclass(frozen=True)
class Access:
    """How this installation lets staff in. Stands at `app.state.access`."""

    settings: Settings
    clock: Clock
    is_demo: bool = False
    hashing: Hashing = field(default_factory=Hashing)

    @property
    def is_secure(self) -> bool:
        return self.settings.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The session cookie's name. Over HTTPS the prefix makes browsers refuse one set by a neighbour."""
        return "__Host-kith" if self.is_secure else "kith"

    def cookie_facts(self) -> dict[str, Any]:
        """Return how each cookie is set."""
        return {"path": "/", "httponly": True, "secure": self.is_secure, "samesite": "lax"}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The session of a request. `csrf` must come back with each form."""

    session: OpenSession
    token: str

    @property
    def csrf(self) -> str:
        return hmac.new(self.token.encode(), b"form", sha256).hexdigest()


def set_up_access(app: Any, settings: Settings, clock: Clock | None = None, is_demo: bool = False) -> None:
    """Say how the application lets staff in. Called once, before it serves."""
    if settings.environment == "live" and not settings.public_url.startswith("https://"):
        raise SettingsWrong(
            "KITH_PUBLIC_URL must start with https:// when KITH_ENVIRONMENT=live. Without it, passwords and sessions of "
            "staff could be read on their way. Put a proxy that ends TLS in front, or use KITH_ENVIRONMENT=test."
        )
    app.state.access = Access(settings, clock or SystemClock(), is_demo)


def access_of(request: Request) -> Access:
    """Return how this application lets staff in."""
    access: Access = request.app.state.access
    return access


def store_of(request: Request) -> Store:
    """Return the running service's store."""
    store: Store = request.app.state.running.store
    return store


def door_of(request: Request) -> Door:
    """Return what checks passwords and codes."""
    access = access_of(request)
    return Door(store_of(request), access.settings, access.clock, hashing=access.hashing)


def now_of(request: Request) -> datetime:
    """Return the time by the application's clock."""
    return access_of(request).clock.now()


def signed_in(request: Request) -> SignedIn | None:
    """Return the session of this request, once the route has looked for it."""
    found: SignedIn | None = request.scope.get("kith.signed_in")
    return found


def staff_of(request: Request) -> Staff:
    """Return who is signed in. For guarded routes, which let nobody else through."""
    found = signed_in(request)
    if found is None:
        raise Problem(401, "You are not signed in", "Sign in, then open the page again.")
    return found.session.staff


async def form_of(request: Request) -> Form:
    """Return the form of a guarded route. `Admitted` has read it and checked its token before the page's own code."""
    form: Form = request.scope["kith.form"]
    return form


class Admitted:
    """Let a request through when its person is signed in, up to date, and holds a role for the act.

    Forms are read here, so that no page can forget to check where one came from.
    """

    def __init__(
        self, app: ASGIApp, act: Act, fresh: bool = False, stage: str = "full", most_bytes: int = MOST_BYTES,
        gives_back: Mapping[str, str] = NOTHING,
    ) -> None:  # fmt: skip
        self._app, self._act, self._fresh, self._stage, self._most_bytes = app, act, fresh, stage, most_bytes
        self._gives_back = gives_back

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        found = await find_session(request)
        if found is None and (written := await self._written(request)):
            raise Problem(401, "You were signed out", SIGNED_OUT, written)
        elsewhere = self._elsewhere(request, found)
        if elsewhere is not None:
            await elsewhere(scope, receive, send)
            return
        assert found
        if self._stage != "any" and not may(found.session.staff.roles, self._act):
            raise Problem(
                403, "This page is not for your role",
                f"It is for: {who_may(self._act)}. Ask an administrator if you need it.",
            )  # fmt: skip
        scope["kith.signed_in"] = found
        if scope["method"] not in READS:
            scope["kith.form"] = await checked_form(request, found, self._most_bytes, self._gives_back)
        await self._app(scope, receive, send)

    async def _written(self, request: Request) -> list[tuple[str, str]]:
        """Return what somebody who is not signed in wrote into the form, where it would else be lost."""
        if not self._gives_back or request.method in READS or is_script(request):
            return []
        return given(await read_form(request, self._most_bytes), self._gives_back)

    def _elsewhere(self, request: Request, found: SignedIn | None) -> Response | None:
        """Return where to send somebody who has a step to do first: sign in, second factor, policy, password again."""
        if found is None and is_script(request):
            raise Problem(401, "You are not signed in", "Sign in, then open the page again.")
        if found is None:
            return onward(request, SIGN_IN)
        stage = found.session.stage
        if self._stage == "any" or (stage != "full" and stage == self._stage):
            return None
        if stage == "code":
            return onward(request, SIGN_IN + "/code")
        if stage == "set_up":
            return onward(request, SET_UP)
        if not found.session.has_accepted and request.url.path != ACCEPT:
            return onward(request, ACCEPT)
        if self._fresh and now_of(request) - found.session.proved_at > access_of(request).settings.staff_fresh:
            return onward(request, PROVE)
        return None


async def find_session(request: Request) -> SignedIn | None:
    """Return the live session of the request's cookie; an idle or too old one is ended."""
    access, store = access_of(request), store_of(request)
    token = request.cookies.get(access.cookie, "")
    if not token:
        return None
    async with store.read() as work:
        session = await work.sessions.find(token, policy().version)
    if session is None:
        return None
    now, settings = access.clock.now(), access.settings
    if now - session.seen_at > settings.staff_idle or now - session.created_at > settings.staff_longest:
        async with store.write() as work:
            await work.sessions.end(session.id)
        return None
    # A page's script that asks for news does not keep somebody signed in who has left.
    if now - session.seen_at >= NOTED_EVERY and not is_script(request):
        async with store.write() as work:
            await work.sessions.seen(session.id, now)
    return SignedIn(session, token)


async def checked_form(
    request: Request, found: SignedIn, most_bytes: int, gives_back: Mapping[str, str] = NOTHING
) -> Form:
    """Read a form and check its token. Raises `Problem` for a form that this session's pages did not make."""
    form = await read_form(request, most_bytes)
    if not hmac.compare_digest(form.pop("csrf", "").encode(), found.csrf.encode()):
        raise Problem(
            403, "This form is out of date", "Nothing was done. Open the page again, fill in the form and send it.",
            given(form, gives_back),
        )  # fmt: skip
    return form


def given(form: Form, gives_back: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a person wrote into these fields, each under its label. Never a password: a route names the fields."""
    return [(label, form[name]) for name, label in gives_back.items() if form.get(name, "").strip()]


def with_session(request: Request, answer: Response, token: str) -> Response:
    """Give the browser a session's token, in place of any other."""
    answer.set_cookie(access_of(request).cookie, token, **access_of(request).cookie_facts())
    return answer


def onward(request: Request, place: str) -> Response:
    """Send the browser to a page that must come first, and remember where it was going."""
    asked = request.url.path if request.method in READS else ""
    if asked and request.url.query:
        asked += "?" + request.url.query
    return RedirectResponse(f"{place}?next={quote(asked, safe='/')}" if asked not in ("", "/") else place, 303)


def local_place(asked: str) -> str:
    """Return a place of this site as it was asked for, or the home page for anything that could lead elsewhere."""
    parts = urlsplit(asked)
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    return asked if is_ours and "\\" not in asked and asked.isprintable() else "/"


def is_script(request: Request) -> bool:
    """Say whether a page's script asks for data or freshens itself, and not a person for a page."""
    return request.headers.get(REFRESH) == "news" or request.headers.get("accept", "").startswith(
        ("text/event-stream", "application/json")
    )
