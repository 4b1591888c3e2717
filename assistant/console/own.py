"""A person's own pages: profile, password, second factor, signed-in browsers, and the policy to accept."""

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from assistant.console.access import (
    ACCEPT,
    SET_UP,
    access_of,
    form_of,
    local_place,
    now_of,
    signed_in,
    staff_of,
    store_of,
    with_session,
)
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.domain.roles import Act
from assistant.staff.door import WRONG_CODE, let_in
from assistant.staff.passwords import RULES
from assistant.staff.policy import policy
from assistant.staff.profile import accept_policy, change_password, new_codes, set_second_factor
from assistant.staff.second_factor import fresh_secret, offer, offered, picture_of
from assistant.storage.staff import Account

PROFILE = "/profile"


def own_pages(app: FastAPI) -> list[BaseRoute]:
    """Return the routes of a person's own pages."""
    pages = Pages()
    own = Own(pages)
    return [
        pages.route(PROFILE, own.show, act=Act.SEE_HOME),
        pages.route(PROFILE + "/password", own.ask_password, act=Act.SEE_HOME, fresh=True),
        pages.route(PROFILE + "/password", own.set_password, ["POST"], act=Act.SEE_HOME, fresh=True),
        pages.route(SET_UP, own.ask_phone, act=Act.SEE_HOME, fresh=True, stage="set_up"),
        pages.route(SET_UP, own.set_phone, ["POST"], act=Act.SEE_HOME, fresh=True, stage="set_up"),
        pages.route(PROFILE + "/codes", own.make_codes, ["POST"], act=Act.SEE_HOME, fresh=True),
        pages.route(PROFILE + "/sign-out-everywhere", own.leave_everywhere, ["POST"], act=Act.SEE_HOME),
        pages.route(ACCEPT, own.read_policy, act=Act.SEE_HOME),
        pages.route(ACCEPT, own.accept, ["POST"], act=Act.SEE_HOME),
    ]


async def account_of(request: Request) -> Account:
    """Return the account of whoever is signed in."""
    async with store_of(request).read() as work:
        account = await work.staff.get(staff_of(request).id)
    if account is None:
        raise Problem(401, "You are not signed in", "Sign in, then open the page again.")
    return account


class Own:
    """Handlers of a person's own pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the profile."""
        account = await account_of(request)
        async with store_of(request).read() as work:
            sessions = await work.sessions.of_staff(account.id)
            training = await work.staff.trainings(account.id)
            left = await work.staff.codes_left(account.id)
            accepted = [one for one in await work.staff.acceptances() if one.staff_id == account.id]
        facts: dict[str, Any] = {"account": account, "sessions": sessions, "training": training, "codes_left": left}
        return self._pages.show(request, "staff/profile.html", accepted=accepted, policy=policy(), **facts)

    async def ask_password(self, request: Request) -> Response:
        """Ask for a new password."""
        return self._pages.show(request, "staff/password.html", errors={}, rules=RULES)

    async def set_password(self, request: Request) -> Response:
        """Set a new password."""
        form, found, account = await form_of(request), signed_in(request), await account_of(request)
        assert found
        errors, password = {}, form.get("password", "")
        if not account.password_hash:
            raise Problem(409, "You have no password here", "You sign in with your council's account. Change it there.")
        if password != form.get("again", ""):
            errors["again"] = "The two passwords are not the same"
        elif fault := await change_password(
            store_of(request), access_of(request).hashing, found.session, account, password, now_of(request)
        ):
            errors["password"] = fault
        if errors:
            return self._pages.show(request, "staff/password.html", 422, errors=errors, rules=RULES)
        return done(request, PROFILE, "Your password is changed. Other browsers are signed out.")

    async def ask_phone(self, request: Request, secret: str = "", error: str = "") -> Response:
        """Show a code for the phone's app to read."""
        account, secret = await account_of(request), secret or fresh_secret()
        facts: dict[str, Any] = {
            "onward": local_place(request.query_params.get("next", "/")),
            "picture": picture_of(secret, account.email, str(access_of(request).settings.council_facts["name"])),
            "spelled": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "offer": offer(store_of(request).keys, account.id, secret, now_of(request)),
            "errors": {"code": error} if error else {},
            "is_change": bool(account.totp_secret),
        }
        return self._pages.show(request, "staff/second_factor.html", 422 if error else 200, **facts)

    async def set_phone(self, request: Request) -> Response:
        """Take the phone on, show the recovery codes, and let in whoever was waiting for that."""
        form, found, account = await form_of(request), signed_in(request), await account_of(request)
        assert found
        secret = offered(store_of(request).keys, account.id, form.get("offer", ""), now_of(request))
        if not secret or not account.password_hash:
            return done(request, SET_UP)
        is_waiting, token = found.session.stage == "set_up", found.token
        async with store_of(request).write() as work:
            codes = await set_second_factor(work, account, secret, form.get("code", ""), now_of(request))
            if codes and is_waiting:
                await work.sessions.end(found.session.id)
                token = await let_in(work, account.id, now_of(request), "password and second factor")
        if codes is None:
            return await self.ask_phone(request, secret, WRONG_CODE)
        onward = local_place(request.query_params.get("next", "/")) if is_waiting else PROFILE
        answer = self._pages.show(request, "staff/codes.html", codes=codes, onward=onward)
        return with_session(request, answer, token)

    async def make_codes(self, request: Request) -> Response:
        """Make new recovery codes in place of the old ones."""
        account = await account_of(request)
        if not account.totp_secret:
            raise Problem(409, "There is no second factor yet", "Set up your phone first. You then get recovery codes.")
        async with store_of(request).write() as work:
            codes = await new_codes(work, account.id, now_of(request))
        return self._pages.show(request, "staff/codes.html", codes=codes, onward=PROFILE)

    async def leave_everywhere(self, request: Request) -> Response:
        """Sign out of every other browser."""
        found, now = signed_in(request), now_of(request)
        assert found
        about = f"staff:{found.session.staff.id}"
        async with store_of(request).write() as work:
            ended = await work.sessions.end_all(found.session.staff.id, but=found.session.id)
            await work.audit.note("signed_out_everywhere", about, about, {"count": ended}, now)
        return done(request, PROFILE, "Every other browser is signed out.")

    async def read_policy(self, request: Request) -> Response:
        """Show the policy and the do's-and-don'ts card."""
        found = signed_in(request)
        assert found
        onward = local_place(request.query_params.get("next", "/"))
        facts: dict[str, Any] = {"policy": policy(), "has_accepted": found.session.has_accepted, "onward": onward}
        return self._pages.show(request, "staff/accept.html", errors={}, **facts)

    async def accept(self, request: Request) -> Response:
        """Record that the person accepted the policy."""
        form, onward = await form_of(request), local_place(request.query_params.get("next", "/"))
        if form.get("agree") == "yes":
            async with store_of(request).write() as work:
                version = form.get("version", "")
                if await accept_policy(work, staff_of(request).id, version, now_of(request)):
                    return done(request, onward)
        facts: dict[str, Any] = {"policy": policy(), "has_accepted": False, "onward": onward}
        errors = {"agree": "Tick the box to say that you have read this and agree to it"}
        return self._pages.show(request, "staff/accept.html", 422, errors=errors, **facts)
