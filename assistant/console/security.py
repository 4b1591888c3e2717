"""What every response carries: headers that keep a browser strict. And a check of where a form was sent from."""

import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import KithError
from knowledge_base.errors import KnowledgeError

log = structlog.get_logger()
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
ONLY_HTTPS = "max-age=63072000; includeSubDomains"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Problem(Exception):
    """A request that cannot be met. The person sees a page that says why and what to do.

    `given` is what they wrote, by the name of its field, to show it to them again when it would be lost.
    """

    def __init__(self, status: int, heading: str, text: str, given: Sequence[tuple[str, str]] = ()) -> None:
        self.status, self.heading, self.text, self.given = status, heading, text, tuple(given)
        super().__init__(heading)


Endpoint = Callable[[Request], Awaitable[Response]]
ShowProblem = Callable[[Request, Problem], Response]


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


def as_problem(error: Exception) -> Problem:
    """Return the page for an error: what is expected is explained, anything else is kept to ourselves."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, KithError) and error.status_code < 500:
        return Problem(error.status_code, "This cannot be done", str(error))
    if isinstance(error, KnowledgeError):
        return Problem(409, "This cannot be done", str(error))
    if isinstance(error, HTTPException) and error.status_code == 405:
        return Problem(405, "This page cannot be used that way", "Open the page and use the form on it.")
    if isinstance(error, HTTPException):
        return Problem(error.status_code, "This page is not here", "See if the address is right.")
    return Problem(
        500, "Something went wrong here", "It is not your fault. Try again; if it stays, tell whoever runs Kith."
    )


class Guarded:
    """Wrap pages: refuse forms of other sites, name how long a page may be kept, turn an error into a page."""

    def __init__(self, app: ASGIApp, show: ShowProblem, cache: str = "no-store") -> None:
        self._app, self._show = app, show
        self._headers = {**SAFE_HEADERS, "Cache-Control": cache}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = headers.get("Content-Security-Policy")  # another's viewer needs another policy for its own pages
                headers.update(self._headers | ({"Content-Security-Policy": own} if own else {}))
            await send(message)

        try:
            if scope["method"] not in READS and not same_origin(Headers(scope=scope)):
                raise elsewhere()
            await self._app(scope, receive, send_safely)
        except (Problem, HTTPException, KithError, KnowledgeError) as error:
            await self._show(Request(scope), as_problem(error))(scope, receive, send_safely)


class SafeHeaders:
    """Wrap the whole application: no response leaves without the headers, not even a redirect or a broken page."""

    def __init__(self, app: ASGIApp, show: ShowProblem, only_https: bool) -> None:
        self._app, self._show = app, show
        self._headers = {**SAFE_HEADERS, **({"Strict-Transport-Security": ONLY_HTTPS} if only_https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_safely)
        except Exception as error:
            log.error("request_broke", error=type(error).__name__, step=where(error))
            if started:
                raise
            await self._show(Request(scope), as_problem(error))(scope, receive, send_safely)


def where(error: Exception) -> str:
    """Return the function and line at which an error arose, which tell nothing of what was in the request."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno} in {Path(frames[-1].filename).name}" if frames else ""


def harden(app: FastAPI, show: ShowProblem, only_https: bool) -> None:
    """Put the headers on everything that the application answers, and a page on every error."""

    async def explain(request: Request, error: Exception) -> Response:
        return show(request, as_problem(error))

    app.add_middleware(SafeHeaders, show=show, only_https=only_https)
    app.add_exception_handler(HTTPException, explain)
