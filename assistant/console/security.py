"""What every page carries: headers that keep a browser strict, and a check of where a form was sent from."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Problem(Exception):
    """A request that cannot be met. The person sees a page that says why and what to do."""

    def __init__(self, status: int, heading: str, text: str) -> None:
        self.status, self.heading, self.text = status, heading, text
        super().__init__(heading)


ShowProblem = Callable[[Problem], Response]


def same_origin(headers: Headers) -> bool:
    """Say whether a form was sent from a page of ours. A sender that does not say where from is not believed.

    Browsers send `Sec-Fetch-Site` over HTTPS and on this machine; elsewhere `Origin` must name the host asked for.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == headers.get("host")


def elsewhere() -> Problem:
    """Return the problem of a form that no page of ours sent."""
    return Problem(
        403, "This form came from another site", "Nothing was done. Open the page here and send the form again."
    )


class Guarded:
    """Wrap pages: refuse forms of other sites, add the headers, turn a `Problem` into a page."""

    def __init__(self, app: ASGIApp, show: ShowProblem, cache: str = "no-store") -> None:
        self._app, self._show = app, show
        self._headers = {**SAFE_HEADERS, "Cache-Control": cache}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        try:
            if scope["method"] not in READS and not same_origin(Headers(scope=scope)):
                raise elsewhere()
            await self._app(scope, receive, send_safely)
        except Problem as problem:
            await self._show(problem)(scope, receive, send_safely)
        except HTTPException as error:
            missing = Problem(error.status_code, "This page is not here", "See if the address is right.")
            await self._show(missing)(scope, receive, send_safely)


Endpoint = Callable[[Request], Awaitable[Response]]
