"""The wire under Twilio's client.

Twilio's own async client is not used, for three reasons: it writes carers' addresses to the log, it has one
timeout for everything, and it cannot say whether a request had left when the line broke. This one keeps
Twilio's interface (`is_async`, `request`) over aiohttp, which Twilio's package brings along.
"""

import asyncio
import base64
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from twilio.http.response import Response
from yarl import URL

from assistant.channels.outcomes import SendRetryLater, SendUnknown

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
CONNECTIONS = 40
"""Enough for 80 sends a second when Twilio takes half a second for each."""
HOSTS = frozenset({"api.twilio.com", "messaging.twilio.com"})
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Failures before the request was written: trying again is safe."""


class TwilioHttp:
    """Sends requests of Twilio's client to Twilio or, when `api_url` is set, to an emulator."""

    is_async = True

    def __init__(
        self, api_url: str = "", connect_seconds: float = CONNECT_SECONDS, total_seconds: float = TOTAL_SECONDS
    ) -> None:
        """Note the limits. Connections open with the first request, so no event loop need run yet.

        Args:
            api_url: Address that stands in for Twilio's hosts, for the demo and tests. Empty means Twilio.
            connect_seconds: Time to get an open connection, waiting for a free one included.
            total_seconds: Time for the whole request.
        """
        self._api_url = api_url.rstrip("/")
        self._limits = aiohttp.ClientTimeout(total=total_seconds, connect=connect_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - Twilio's client passes it; our limits stand instead
        allow_redirects: bool = False,
    ) -> Response:
        """Send one request as Twilio's client asks. Raises `SendRetryLater` or `SendUnknown` when there is no answer."""
        sent = {**(headers or {}), **_credentials(auth)}
        body = urlencode(data, doseq=True).encode() if data else None
        status, text, answered = await self._answer(method, self._target(uri, params), body, sent)
        if status in (429, 503):
            raise SendRetryLater(20429 if status == 429 else 20503, _retry_after(answered))
        return Response(status, text, answered)

    async def _answer(
        self, method: str, target: URL, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, Mapping[str, str]]:
        """Return status, text and headers of the answer. An address may hold a carer's, so aiohttp's errors end here."""
        failed: SendRetryLater | SendUnknown
        try:
            async with self._open().request(
                method, target, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, await answer.text(), answer.headers
        except NOT_SENT:
            failed = SendRetryLater(20503)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failed = SendUnknown(type(error).__name__)
        raise failed

    async def aclose(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session:
            await session.close()
            # aiohttp leaves the closing of sockets to the next turn of the loop.
            await asyncio.sleep(0)

    async def __aenter__(self) -> "TwilioHttp":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _open(self) -> aiohttp.ClientSession:
        """Return the session, made in the running event loop. A council's proxy settings count, but not for an emulator."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                timeout=self._limits,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=not self._api_url,
            )
        return self._session

    def _target(self, uri: str, params: Mapping[str, Any] | None) -> URL:
        """Return where a request goes. Our token is sent to Twilio's own hosts or to the emulator, nowhere else."""
        parts = urlsplit(uri)
        if parts.scheme != "https" or parts.netloc not in HOSTS:
            raise ValueError("Twilio's client asked for an address that is not Twilio's.")
        target = f"{self._api_url}{uri.removeprefix(f'https://{parts.netloc}')}" if self._api_url else uri
        return URL(f"{target}?{urlencode(params, doseq=True)}" if params else target, encoded=True)


def _credentials(auth: tuple[str, str] | None) -> dict[str, str]:
    """Return the basic authentication header."""
    if auth is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()}


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Read the wish in seconds; a date or nonsense counts as no wish."""
    wish = headers.get("Retry-After", "")
    return timedelta(seconds=int(wish)) if wish.isdecimal() and len(wish) < 7 else None
