"""Fetch a page of a website that the operator trusts. Never anything else: no private address, no detour, no flood."""

import ipaddress
import socket
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from knowledge_base.errors import FileRefused
from knowledge_base.intake.limits import DEFAULT, Limits

MOST_REDIRECTS = 3
SECONDS = 15.0
KINDS = {"text/html": ".html", "text/plain": ".txt", "text/markdown": ".md", "application/pdf": ".pdf"}
ALLOW = "Ask whoever runs Kith to add it to KITH_GUIDANCE_SITES, or paste the text."
PASTE = "Paste the text instead."
WHOLE = "Give the whole address, starting with https://, or paste the text."
ANSWERS = {404: "there is no page at this address.", 410: "there is no page at this address any more."}
"""What some answers of a website mean."""


def addresses_of(host: str) -> list[str]:
    """Ask the name service."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page: a name whose ending tells its kind, its bytes, and the address that it came from in the end."""

    name: str
    data: bytes
    url: str


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches from the allowed hosts alone.

    The name is looked up once, every address is checked, and the connection goes to the checked address, so that a
    name that answers differently the second time (DNS rebinding) gains nothing.
    """

    allowed: Collection[str]
    resolve: Callable[[str], Sequence[str]] = addresses_of
    transport: httpx.BaseTransport | None = None

    def fetch(self, url: str, limits: Limits = DEFAULT) -> Fetched:
        """Return the page. Blocks for up to `SECONDS`: call it in a thread. Raises `FileRefused`."""
        deadline = time.monotonic() + SECONDS
        with httpx.Client(transport=self.transport, follow_redirects=False, trust_env=False, timeout=5.0) as client:
            place = url
            for _ in range(MOST_REDIRECTS + 1):
                try:
                    answer = self._once(client, place, deadline, limits)
                except FileRefused as error:
                    if place == url:
                        raise
                    why = f"it sends on to “{_short(place)}”, and that was refused: {error.why}"
                    raise FileRefused(
                        _short(url), why, "Give the address of the page itself, or paste the text."
                    ) from None
                if isinstance(answer, Fetched):
                    return answer
                place = answer
        raise FileRefused(_short(url), "it sends on from page to page.", PASTE)

    def _once(self, client: httpx.Client, url: str, deadline: float, limits: Limits) -> Fetched | str:
        """Ask once; return the page, or the address that it sends on to."""
        parts = self._checked(url)
        address = self._address(parts)
        try:
            request = client.build_request(
                "GET",
                _pinned(parts, address),
                headers={"Host": str(parts.hostname), "User-Agent": "Kith guidance import"},
                extensions={"sni_hostname": str(parts.hostname)},
            )
            answer = client.send(request, stream=True)
            try:
                return _read(answer, url, deadline, limits)
            finally:
                answer.close()
        except httpx.InvalidURL:
            raise FileRefused(_short(url), "it is not a web address.", WHOLE) from None
        except httpx.HTTPError:
            raise FileRefused(_short(url), "the website did not answer.", f"Try again later. {PASTE}") from None

    def _checked(self, url: str) -> SplitResult:
        """Take the address apart; it must be plain https on an allowed host."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            raise FileRefused(_short(url), "it is not a web address.", WHOLE) from None
        if parts.scheme != "https" or port not in (None, 443) or parts.username or parts.password or "\\" in url:
            raise FileRefused(_short(url), "it is not a plain https:// address.", WHOLE)
        if (parts.hostname or "").rstrip(".").lower() not in {one.lower() for one in self.allowed}:
            raise FileRefused(_short(url), "its website is not on the list of trusted ones.", ALLOW)
        return parts

    def _address(self, parts: SplitResult) -> str:
        """Look the host up. One address that is not public is reason enough to stop."""
        try:
            found = list(self.resolve(str(parts.hostname)))
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise FileRefused(str(parts.hostname), "the website was not found.", PASTE)
        if not all(is_public(one) for one in found):
            raise FileRefused(str(parts.hostname), "its name leads into a private network.", PASTE)
        return found[0]


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the public internet, also when it is IPv4 in IPv6's clothes."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if within:
            return is_public(str(within))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _pinned(parts: SplitResult, address: str) -> httpx.URL:
    """Return the address with the checked number in place of the name."""
    host = f"[{address}]" if ":" in address else address
    return httpx.URL(f"https://{host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else ""))


def _read(answer: httpx.Response, url: str, deadline: float, limits: Limits) -> Fetched | str:
    """Read the body within its limits."""
    if answer.is_redirect:
        try:
            return urljoin(url, answer.headers["location"])
        except ValueError:
            raise FileRefused(_short(url), "it sends on to what is not a web address.", PASTE) from None
    if answer.status_code != httpx.codes.OK:
        said = ANSWERS.get(answer.status_code, f"the website refused it with the code {answer.status_code}.")
        raise FileRefused(_short(url), said, f"Open it in a browser to see why. {PASTE}")
    suffix = KINDS.get(answer.headers.get("content-type", "").split(";")[0].strip().lower())
    if suffix is None:
        raise FileRefused(_short(url), "it is not a page, a text or a PDF.", PASTE)
    data = bytearray()
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > limits.file:
            raise FileRefused(_short(url), f"it is larger than {limits.file / 1_000_000:g} MB.", PASTE)
        if time.monotonic() > deadline:
            raise FileRefused(_short(url), f"it took longer than {SECONDS:.0f} seconds to come.", f"Try later. {PASTE}")
    last = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1] or "page"
    return Fetched(f"{last.removesuffix(suffix)[:80]}{suffix}", bytes(data), url)


def _short(url: str) -> str:
    return url[:120]
