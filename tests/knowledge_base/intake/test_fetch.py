"""Pages are fetched from trusted sites alone, and no trick makes a connection elsewhere."""

import httpx
import pytest

from knowledge_base.errors import FileRefused
from knowledge_base.intake.fetch import Fetcher, is_public
from knowledge_base.intake.limits import Limits

PUBLIC = "93.184.215.14"
PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "2001:db8::1",
    "not-an-address",
]
HOSTS = [
    "localhost",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "169.254.169.254",
    "metadata.google.internal",
    "www.gov.uk.evil.org",
    "evil.org",
    "xn--gov-uk.org",
    "www.gov.uk%00.evil.org",
    "wwwXgov.uk",
    "10.0.0.1",
    "kubernetes.default",
    "[fe80::1]",
    "0",
    "0.0.0.0",
    "www.gov.uk.:444",
    "www.gov.uk:22",
    "www.gov.uk:80",
    "user@www.gov.uk",
    "user:pw@www.gov.uk",
    "www.gov.uk@evil.org",
    "www.gov.uk\\@evil.org",
    "www。gov。uk.evil.org",
    "192.168.0.1.nip.io",
    "localtest.me",
]
SCHEMES = ["http", "file", "ftp", "gopher", "dict", "ldap", "jar", "data", "HTTP", "", "javascript"]


class Site:
    """A pretend website that counts who came."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.asked: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answers.pop(0)


def fetcher(site: Site, *addresses: str) -> Fetcher:
    found = [[one] for one in addresses] or [[PUBLIC]]
    return Fetcher({"www.gov.uk"}, lambda _: found.pop(0) if len(found) > 1 else found[0], httpx.MockTransport(site))


def page(data: bytes = b"<p>Hello</p>", kind: str = "text/html; charset=utf-8") -> httpx.Response:
    return httpx.Response(200, headers={"content-type": kind}, content=data)


def test_a_page_of_a_trusted_site_is_fetched_from_the_address_that_was_checked() -> None:
    site = Site(page())
    found = fetcher(site).fetch("https://www.gov.uk/carers-allowance?a=1")
    assert (found.name, found.data) == ("carers-allowance.html", b"<p>Hello</p>")
    assert site.asked[0].url.host == PUBLIC
    assert site.asked[0].headers["host"] == "www.gov.uk"
    assert site.asked[0].extensions["sni_hostname"] == "www.gov.uk"


def test_no_trick_with_an_address_makes_a_connection() -> None:
    tricks = [f"https://{host}/x" for host in HOSTS] + [f"{scheme}://www.gov.uk/x" for scheme in SCHEMES]
    tricks += [f"https://www.gov.uk@{one}/" for one in PRIVATE] + [f"https://[{one}]/" for one in PRIVATE]
    tricks += [
        "",
        "//www.gov.uk",
        "www.gov.uk",
        "https://",
        "https:///x",
        "https://www.gov.uk:99999/",
        "https://[",
        "file:///etc/passwd",
    ]
    assert len(tricks) >= 90
    for trick in tricks:
        site = Site()
        with pytest.raises(FileRefused):
            fetcher(site).fetch(trick)
        assert site.asked == [], trick


@pytest.mark.parametrize("address", PRIVATE)
def test_a_trusted_name_that_leads_into_a_private_network_is_not_followed(address: str) -> None:
    site = Site()
    with pytest.raises(FileRefused, match="private network"):
        fetcher(site, address).fetch("https://www.gov.uk/x")
    assert site.asked == []
    assert not is_public(address)


def test_a_detour_is_checked_like_the_first_address() -> None:
    for place in (
        "http://www.gov.uk/x",
        "https://evil.org/",
        "https://169.254.169.254/",
        "//evil.org/x",
        "file:///etc/passwd",
    ):
        site = Site(httpx.Response(302, headers={"location": place}))
        with pytest.raises(FileRefused):
            fetcher(site).fetch("https://www.gov.uk/a")
        assert len(site.asked) == 1
    rebinding = Site(httpx.Response(301, headers={"location": "/b"}))
    with pytest.raises(FileRefused, match="private network"):
        fetcher(rebinding, PUBLIC, "127.0.0.1").fetch("https://www.gov.uk/a")
    allowed = Site(httpx.Response(301, headers={"location": "/b"}), page())
    assert fetcher(allowed).fetch("https://www.gov.uk/a").url == "https://www.gov.uk/b"
    with pytest.raises(FileRefused, match="from page to page"):
        fetcher(Site(*[httpx.Response(302, headers={"location": "/a"})] * 9)).fetch("https://www.gov.uk/a")


@pytest.mark.parametrize(
    ("place", "answer", "said"),
    [
        (
            "https://evil.org/",
            None,
            "“https://evil.org/” was not taken in: its website is not on the list of trusted ones. Ask ",
        ),
        (
            "http://www.gov.uk/",
            None,
            "it is not a plain https:// address. Give the whole address, starting with https://",
        ),
        ("https://www.gov.uk/a\x01b", None, "it is not a web address. Give the whole address"),
        (
            "",
            httpx.Response(302, headers={"location": "https://evil.org/"}),
            "“https://www.gov.uk/a” was not taken in: it "
            "sends on to “https://evil.org/”, and that was refused: its website is not on the list of trusted ones. Give ",
        ),
        ("", httpx.Response(302, headers={"location": "https://["}), "it sends on to what is not a web address."),
        ("", httpx.Response(404), "there is no page at this address. Open it in a browser to see why."),
        ("", httpx.Response(403), "the website refused it with the code 403."),
        ("", page(b"x" * 5000), "it is larger than 0.001 MB. Paste"),
        ("", page(kind="application/zip"), "it is not a page, a text or a PDF. Paste"),
    ],
)
def test_a_refusal_says_what_was_wrong_with_which_address(place: str, answer: httpx.Response | None, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        fetcher(Site(*filter(None, [answer]))).fetch(place or "https://www.gov.uk/a", Limits(file=1000))
    assert said in str(refused.value)
    with pytest.raises(FileRefused, match=r"private network. Paste"):
        fetcher(Site(), "10.0.0.1").fetch("https://www.gov.uk/a")


def test_a_page_that_comes_too_slowly_is_told_apart_from_one_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge_base.intake.fetch.SECONDS", 0)
    with pytest.raises(FileRefused, match=r"longer than 0 seconds to come\. Try later"):
        fetcher(Site(page())).fetch("https://www.gov.uk/a")


def test_a_page_too_large_of_the_wrong_kind_or_missing_is_refused() -> None:
    for answer in (page(b"x" * 5000), page(kind="application/zip"), httpx.Response(404)):
        with pytest.raises(FileRefused):
            fetcher(Site(answer)).fetch("https://www.gov.uk/a", Limits(file=1000))
