"""The two pages of single sign-on: going to the council's sign-in service, and coming back."""

import json
from dataclasses import asdict

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from assistant.console.access import access_of, find_session, local_place, now_of, store_of, with_session
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.errors import KeyUnfit
from assistant.settings import Settings
from assistant.staff.single import BACK, REFUSED, Attempt, SingleSignOn
from assistant.staff.single_account import let_in_by_directory

COOKIE = "kith-single"
LASTS_SECONDS = 600


def single_pages(app: FastAPI, settings: Settings) -> list[BaseRoute]:
    """Return the routes of single sign-on; none unless a provider is set."""
    if not settings.oidc_issuer:
        return []
    pages, way = Pages(), SingleWay(SingleSignOn(settings))
    return [pages.route("/sign-in/single", way.go), pages.route(BACK, way.back)]


class SingleWay:
    """Handlers of going and coming back."""

    def __init__(self, single: SingleSignOn) -> None:
        self._single = single

    async def go(self, request: Request) -> Response:
        """Send the browser to the council's sign-in service."""
        asked = request.query_params
        attempt = Attempt.new(local_place(asked.get("next", "/")), asked.get("again") == "yes")
        answer = RedirectResponse(await self._single.begin(attempt), status_code=303)
        sealed = store_of(request).keys.seal(json.dumps([asdict(attempt), now_of(request).timestamp()])).decode()
        answer.set_cookie(COOKIE, sealed, max_age=LASTS_SECONDS, **access_of(request).cookie_facts())
        return answer

    async def back(self, request: Request) -> Response:
        """Let in whom the council's sign-in service vouches for."""
        attempt = self._attempt(request)
        who = await self._single.finish(attempt, request.query_params)
        before = await find_session(request)
        async with store_of(request).write() as work:
            if before is not None:
                await work.sessions.end(before.session.id)
            token = await let_in_by_directory(work, who, now_of(request))
        answer = with_session(request, done(request, attempt.onward), token)
        answer.delete_cookie(COOKIE, **access_of(request).cookie_facts())
        return answer

    def _attempt(self, request: Request) -> Attempt:
        try:
            kept, at = json.loads(store_of(request).keys.open(request.cookies.get(COOKIE, "").encode()))
            attempt = Attempt(**kept)
        except (KeyUnfit, ValueError, TypeError):
            raise Problem(409, "This sign-in was not started here", REFUSED) from None
        if not 0 <= now_of(request).timestamp() - at <= LASTS_SECONDS:
            raise Problem(409, "This took too long", "Start again from the sign-in page.")
        return attempt
