"""Signing in and out: the pages before a person is let through, and the one-time links."""

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from assistant.console.access import (
    PROVE,
    SIGN_IN,
    access_of,
    door_of,
    find_session,
    form_of,
    local_place,
    now_of,
    signed_in,
    staff_of,
    store_of,
    with_session,
)
from assistant.console.forms import Form, read_form
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.domain.roles import Act, Role
from assistant.staff.demo import DEMO_ADDRESS
from assistant.staff.door import REFUSED, WRONG_CODE
from assistant.staff.invitations import Answers, Joining, open_link, use_link, wrong_fields
from assistant.staff.passwords import RULES

GONE = Problem(
    410, "This link can no longer be used", "It was used, or it is too old. Ask an administrator for a new one."
)


def sign_in_pages(app: FastAPI) -> list[BaseRoute]:
    """Return the routes of signing in and out."""
    pages = Pages()
    door = SignIn(pages)
    return [
        pages.route(SIGN_IN, door.ask),
        pages.route(SIGN_IN, door.check, ["POST"]),
        pages.route(SIGN_IN + "/code", door.ask_code, act=Act.SEE_HOME, stage="code"),
        pages.route(SIGN_IN + "/code", door.check_code, ["POST"], act=Act.SEE_HOME, stage="code"),
        pages.route(PROVE, door.ask_again, act=Act.SEE_HOME),
        pages.route(PROVE, door.check_again, ["POST"], act=Act.SEE_HOME),
        pages.route("/sign-out", door.leave, ["POST"], act=Act.SEE_HOME, stage="any"),
        pages.route("/join/{token}", door.welcome),
        pages.route("/join/{token}", door.join, ["POST"]),
    ]


class SignIn:
    """Handlers of the pages before a person is let through."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def ask(self, request: Request, refused: str = "", email: str = "") -> Response:
        """Ask who is there. Somebody who is signed in goes on."""
        onward = local_place(request.query_params.get("next", "/"))
        if not refused and await find_session(request) is not None:
            return done(request, onward)
        facts: dict[str, Any] = {
            "refused": refused,
            "email": email,
            "has_single": bool(access_of(request).settings.oidc_issuer),
        }
        return self._pages.show(request, "staff/sign_in.html", 401 if refused else 200, onward=onward, **facts)

    async def check(self, request: Request) -> Response:
        """Check address and password, then ask for a code or let in."""
        form = await read_form(request)
        email = form.get("email", "")
        token = await door_of(request).with_password(email, form.get("password", ""))
        if token is None:
            return await self.ask(request, REFUSED, email)
        return await self._replaced(request, token)

    async def ask_code(self, request: Request, refused: str = "") -> Response:
        """Ask for the code of the second factor."""
        found = signed_in(request)
        if found and found.session.stage != "code":
            return done(request, "/")
        status, onward = (401 if refused else 200), local_place(request.query_params.get("next", "/"))
        return self._pages.show(request, "staff/code.html", status, refused=refused, onward=onward)

    async def check_code(self, request: Request) -> Response:
        """Check a code and let in."""
        form, found = await form_of(request), signed_in(request)
        if not found or found.session.stage != "code":
            return done(request, "/")
        token = await door_of(request).with_code(found.session, form.get("code", ""))
        if token is None:
            return await self.ask_code(request, WRONG_CODE)
        return await self._replaced(request, token)

    async def _replaced(self, request: Request, token: str) -> Response:
        """Go on with a new session. The one that the browser held before is ended, so that nobody can have planted it."""
        before = await find_session(request)
        if before is not None:
            async with store_of(request).write() as work:
                await work.sessions.end(before.session.id)
        onward = local_place(request.query_params.get("next", "/"))
        return with_session(request, done(request, onward), token)

    async def ask_again(self, request: Request, refused: str = "") -> Response:
        """Ask a signed-in person to show again who they are."""
        async with store_of(request).read() as work:
            account = await work.staff.get(staff_of(request).id)
        facts: dict[str, Any] = {
            "onward": local_place(request.query_params.get("next", "/")),
            "refused": refused,
            "has_password": bool(account and account.password_hash),
            "has_phone": bool(account and account.totp_secret),
            "has_single": bool(account and account.subject),
        }
        return self._pages.show(request, "staff/prove.html", 401 if refused else 200, **facts)

    async def check_again(self, request: Request) -> Response:
        """Check the password again."""
        form, found = await form_of(request), signed_in(request)
        assert found
        onward = local_place(request.query_params.get("next", "/"))
        if access_of(request).is_demo and await self._is_pretend(request):
            async with store_of(request).write() as work:
                await work.sessions.proved(found.session.id, now_of(request))
            return done(request, onward)
        if await door_of(request).proves(found.session, form.get("password", ""), form.get("code", "")):
            return done(request, onward)
        return await self.ask_again(request, "That is not right. Try again.")

    async def _is_pretend(self, request: Request) -> bool:
        async with store_of(request).read() as work:
            account = await work.staff.get(staff_of(request).id)
        return account is not None and account.email.endswith(DEMO_ADDRESS)

    async def leave(self, request: Request) -> Response:
        """Sign out of this browser."""
        found = signed_in(request)
        assert found
        async with store_of(request).write() as work:
            await work.sessions.end(found.session.id)
        answer = done(request, "/demo" if access_of(request).is_demo else SIGN_IN, "You are signed out.")
        answer.delete_cookie(access_of(request).cookie, **access_of(request).cookie_facts())
        return answer

    async def welcome(self, request: Request) -> Response:
        """Show what a one-time link is for."""
        return self._join_page(request, await self._joining(request), {}, {})

    async def join(self, request: Request) -> Response:
        """Use a one-time link."""
        form, joining = await read_form(request), await self._joining(request)
        answers = Answers(*(form.get(field, "") for field in ("name", "password", "again", "email")))
        errors = wrong_fields(joining, answers)
        if errors:
            return self._join_page(request, joining, errors, form)
        access = access_of(request)
        token = request.path_params["token"]
        if await use_link(store_of(request), access.hashing, token, answers, now_of(request)) is None:
            raise GONE
        return done(request, SIGN_IN, "Your password is set. Sign in with it.")

    async def _joining(self, request: Request) -> Joining:
        async with store_of(request).read() as work:
            joining = await open_link(work, request.path_params["token"], now_of(request))
        if joining is None:
            raise GONE
        return joining

    def _join_page(
        self, request: Request, joining: Joining, errors: dict[str, str], form: Form | dict[str, Any]
    ) -> Response:
        facts: dict[str, Any] = {"joining": joining, "roles": [Role(role) for role in joining.roles], "rules": RULES}
        status = 422 if errors else 200
        return self._pages.show(request, "staff/join.html", status, errors=errors, form=form, **facts)
