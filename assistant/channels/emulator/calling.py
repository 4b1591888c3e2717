"""How Twilio calls a webhook: signed, with a time limit, tried again when the connection fails."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urldefrag, urlencode
from xml.etree import ElementTree

import aiohttp
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator
from yarl import URL

CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Overrides:
    """Twilio's limits for one webhook, changed by the URL's fragment such as `#rc=2&rp=5xx,ct`. Times in seconds."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, fragment: str) -> "Overrides":
        """Read a fragment. Milliseconds, as Twilio has them."""
        said = {name: values[-1] for name, values in parse_qs(fragment).items()}
        return cls(
            connect=float(said.get("ct", 5000)) / 1000,
            read=float(said.get("rt", 15000)) / 1000,
            total=min(float(said.get("tt", 15000)), 15000) / 1000,
            retries=min(int(said.get("rc", 1)), 5),
            policy=frozenset(said.get("rp", "ct").split(",")),
        )

    def again(self, why: str) -> bool:
        """Say whether a failure is one that Twilio tries again: `ct`, `rt`, `4xx` or `5xx`."""
        return why in self.policy or "all" in self.policy


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What our webhook answered. `status` is 0 when no answer came; `error_code` is Twilio's then, such as 11200."""

    status: int
    body: str = ""
    attempts: int = 1
    error_code: int = 0
    texts: tuple[str, ...] = ()
    """Texts of `<Message>` elements, which Twilio sends to the carer."""


UNREACHED = WebhookAnswer(0, error_code=11200)


@dataclass(frozen=True, slots=True)
class Signer:
    """The secret that webhooks are signed with: the auth token, or a named shared key."""

    secret: str
    key_id: str = ""
    algorithm: str = HMAC_SHA1

    @classmethod
    def shared(cls, key_id: str, secret: str, algorithm: str = HMAC_SHA256) -> "Signer":
        """Sign with a webhook shared key."""
        return cls(secret, key_id, algorithm)

    def headers(self, url: str, form: Mapping[str, str]) -> dict[str, str]:
        """Return the signature headers."""
        signed = {
            "X-Twilio-Signature": RequestValidator(self.secret).compute_signature(url, dict(form), self.algorithm)
        }
        if self.key_id:
            signed["X-Twilio-Webhooks-Signature-Settings"] = f"key={self.key_id},algorithm={self.algorithm}"
        return signed


class Caller:
    """Posts signed forms to our webhooks."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self._session: aiohttp.ClientSession | None = None

    async def post(self, address: str, form: Mapping[str, str], token: str) -> WebhookAnswer:
        """Call a webhook as Twilio does, retries included. Never raises: a failure is an answer with an error code."""
        url, fragment = urldefrag(address)
        limits = Overrides.of(fragment)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            **self.signer.headers(url, form),
        }
        answer, attempts = UNREACHED, 0
        try:
            async with asyncio.timeout(limits.total):
                while attempts <= limits.retries:
                    attempts += 1
                    answer, why = await self._once(url, urlencode(form).encode(), headers, limits)
                    if not why or not limits.again(why):
                        break
        except TimeoutError:
            answer = UNREACHED
        return replace(answer, attempts=attempts)

    async def aclose(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session:
            await session.close()
            await asyncio.sleep(0)

    async def _once(
        self, url: str, body: bytes, headers: Mapping[str, str], limits: Overrides
    ) -> tuple[WebhookAnswer, str]:
        """Call once. Returns the answer and, for a failure, its kind in Twilio's retry policy."""
        times = aiohttp.ClientTimeout(total=None, connect=limits.connect, sock_read=limits.read)
        try:
            async with self._open().post(
                URL(url, encoded=True), data=body, headers=headers, timeout=times, allow_redirects=False
            ) as got:
                text, kind = await got.text(), got.content_type
        except aiohttp.SocketTimeoutError:
            return UNREACHED, "rt"
        except (aiohttp.ClientError, OSError):
            return UNREACHED, "ct"
        if got.status >= 400:
            return WebhookAnswer(got.status, text, error_code=11200), f"{got.status // 100}xx"
        return _read_answer(got.status, text, kind), ""

    def _open(self) -> aiohttp.ClientSession:
        """Return the session, made in the running event loop."""
        if self._session is None:
            room = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=room, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _read_answer(status: int, body: str, kind: str) -> WebhookAnswer:
    """Read TwiML. An answer that is neither empty, plain text nor XML is Twilio's error 12300."""
    if not body.strip():
        return WebhookAnswer(status, body)
    if kind == "text/plain":
        return WebhookAnswer(status, body, texts=(body.strip(),))
    if kind not in ("text/xml", "application/xml", "text/html"):
        return WebhookAnswer(status, body, error_code=12300)
    try:
        found = ElementTree.fromstring(body).iter("Message")
    except ElementTree.ParseError:
        return WebhookAnswer(status, body, error_code=12100)
    texts = tuple("".join(one.itertext()).strip() for one in found)
    return WebhookAnswer(status, body, texts=tuple(text for text in texts if text))
