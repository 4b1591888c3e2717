"""The wire under Twilio's client.

Twilio's own async client is not used, for three reasons: it writes carers' addresses to the log, it has one
timeout for everything, and it cannot say whether a request had left when the line broke. This one keeps
Twilio's interface (`is_async`, `request`) and sends through httpx.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http.response import Response

from assistant.channels.outcomes import SendRetryLater, SendUnknown

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
CONNECTIONS = 40
"""Enough for 80 sends a second when Twilio takes half a second for each."""
HOSTS = frozenset({"api.twilio.com", "messaging.twilio.com"})
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class TwilioHttp:
    """Sends requests of Twilio's client to Twilio or, when `api_url` is set, to an emulator."""

    is_async = True

    def __init__(
        self,
        api_url: str = "",
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Build the pool. It opens no connection yet, and needs no running event loop.

        Args:
            api_url: Address that stands in for Twilio's hosts, for the demo and tests. Empty means Twilio.
            connect_seconds: Time to open a connection.
            total_seconds: Time for the whole request, waiting for a free connection included.
            transport: Another way to carry requests, for tests.
        """
        self._api_url = api_url.rstrip("/")
        self._total = total_seconds
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(total_seconds, connect=connect_seconds, pool=connect_seconds),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            follow_redirects=False,
            trust_env=not api_url,
            transport=transport,
        )

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
        try:
            async with asyncio.timeout(self._total):
                answer = await self._client.request(
                    method, self._target(uri), params=params, data=dict(data or {}), headers=headers, auth=auth
                )
        except NOT_SENT as error:
            raise SendRetryLater(20503) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise SendUnknown(type(error).__name__) from error
        if answer.status_code in (429, 503):
            raise SendRetryLater(20429 if answer.status_code == 429 else 20503, _retry_after(answer))
        return Response(answer.status_code, answer.text, answer.headers)

    async def aclose(self) -> None:
        """Close the pool."""
        await self._client.aclose()

    async def __aenter__(self) -> "TwilioHttp":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _target(self, uri: str) -> str:
        """Return where a request goes. Our token is sent to Twilio's own hosts or to the emulator, nowhere else."""
        parts = urlsplit(uri)
        if parts.scheme != "https" or parts.netloc not in HOSTS:
            raise ValueError("Twilio's client asked for an address that is not Twilio's.")
        return f"{self._api_url}{uri.removeprefix(f'https://{parts.netloc}')}" if self._api_url else uri


def _retry_after(answer: httpx.Response) -> timedelta | None:
    """Read the wish in seconds; a date or nonsense counts as no wish."""
    wish = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(wish)) if wish.isdigit() and len(wish) < 7 else None
