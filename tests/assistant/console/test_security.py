"""Every page is strict about where forms come from and what a browser may load."""

import pytest
from starlette.datastructures import Headers

from assistant.console.forms import MOST_FIELDS
from assistant.console.security import POLICY, same_origin
from tests.assistant.console.conftest import Site

ROUTES = [
    pytest.param("GET", "/demo", 200, id="start"),
    pytest.param("GET", "/simulator", 200, id="simulator"),
    pytest.param("GET", "/simulator?carer=99", 404, id="no such carer"),
    pytest.param("GET", "/simulator/news?carer=1&since=abc", 200, id="news"),
    pytest.param("GET", "/static/kith.css", 200, id="style sheet"),
    pytest.param("GET", "/static/simulator.js", 200, id="script"),
    pytest.param("GET", "/static/%2e%2e/pages.py", 404, id="outside the static folder"),
    pytest.param("POST", "/simulator/1/messages", 303, id="send"),
    pytest.param("POST", "/simulator/nobody/messages", 404, id="send as nobody"),
    pytest.param("POST", "/simulator/carers", 303, id="add a carer"),
]


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
def test_every_route_carries_the_headers(quiet_site: Site, method: str, path: str, status: int) -> None:
    answer = quiet_site.client.request(method, path, data={"text": ""} if method == "POST" else None)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("path", ["/simulator/1/messages", "/simulator/carers"])
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a neighbour under the same domain"),
        pytest.param({"Sec-Fetch-Site": "none"}, id="no page at all"),
        pytest.param({"Sec-Fetch-Site": "", "Origin": "https://evil.example"}, id="empty word"),
    ],
)
def test_a_form_from_elsewhere_does_nothing(quiet_site: Site, path: str, headers: dict[str, str]) -> None:
    answer = quiet_site.client.post(path, data={"text": "hello", "name": "Mallory"}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert quiet_site.stand_in.forms == []
    assert "Mallory" not in quiet_site.page()


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        pytest.param({"sec-fetch-site": "same-origin"}, True, id="same origin"),
        pytest.param({"sec-fetch-site": "cross-site", "origin": "http://kith"}, False, id="the browser's word counts"),
        pytest.param({"origin": "http://kith"}, True, id="origin names the host"),
        pytest.param({"origin": "http://kith.evil.example"}, False, id="origin is another host"),
        pytest.param({"origin": "null"}, False, id="hidden origin"),
        pytest.param({}, False, id="nothing said"),
    ],
)
def test_where_a_form_comes_from(headers: dict[str, str], believed: bool) -> None:
    assert same_origin(Headers({"host": "kith", **headers})) is believed


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(b"{}", "application/json", 415, id="not a form"),
        pytest.param(b"text=" + b"a" * 70_000, "application/x-www-form-urlencoded", 413, id="far too long"),
        pytest.param(b"text=%ff", "application/x-www-form-urlencoded", 400, id="not text"),
        pytest.param(
            b"&".join([b"a=b"] * (MOST_FIELDS + 1)), "application/x-www-form-urlencoded", 400, id="too many fields"
        ),
    ],
)
def test_only_a_plain_form_of_fair_size_is_read(quiet_site: Site, body: bytes, kind: str, status: int) -> None:
    answer = quiet_site.client.post("/simulator/1/messages", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert quiet_site.stand_in.forms == []
