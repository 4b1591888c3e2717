"""Single sign-on against a real provider on this machine: the way in, and every answer that must not be believed."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from assistant.console.entrance import open_console
from assistant.domain.roles import Role
from assistant.errors import SettingsWrong, StaffWrong
from assistant.settings import Settings
from assistant.staff.single import Attempt, SingleSignOn, identity_of
from assistant.testing import FakeClock
from tests.assistant.console.signed import client_of, console_app, serve
from tests.assistant.staff.provider import CLIENT, SECRET, Provider, shared_secret

BOARD, WORKERS = "0f-board", "0f-workers"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    with serve(made.app()) as url:
        made.issuer = url
        yield made


@pytest.fixture
def settings(provider: Provider, tmp_path: Path) -> Settings:
    provider.claims = {"email": "Sam.Taylor@northmere.example", "name": "Sam Taylor", "groups": [WORKERS]}
    return Settings(
        environment="test", var=tmp_path, oidc_issuer=provider.issuer, oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET), oidc_groups=f"{BOARD}=board_member, {WORKERS}=support_worker",
    )  # fmt: skip


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    made = console_app(settings, clock=FakeClock(datetime.now(UTC)))
    yield made
    await made.state.running.store.close()


async def come_back(client: httpx.AsyncClient, start: str = "/sign-in/single") -> str:
    """Go to the provider as a browser does; return the address at which it sends the browser back."""
    away = await client.get(start)
    assert away.status_code == 303, away.text
    async with httpx.AsyncClient() as browser:
        landed = await browser.get(away.headers["location"])
    return landed.headers["location"].removeprefix("http://127.0.0.1:8000")


async def test_a_colleague_comes_in_with_the_roles_of_their_groups(app: FastAPI, provider: Provider) -> None:
    async with client_of(app) as client:
        assert "Sign in with your council account" in (await client.get("/sign-in")).text
        back = await come_back(client, "/sign-in/single?next=/profile")
        assert provider.asked["code_challenge_method"] == "S256"
        assert provider.asked["scope"] == "openid profile email"
        assert SECRET not in str(provider.asked)
        answer = await client.get(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
        assert (await client.get("/profile")).headers["location"] == "/accept?next=/profile"
        first = client.cookies["kith"]
        assert (await client.get(back)).status_code == 409, "an address works once"
    provider.claims["groups"] = BOARD
    async with client_of(app) as client:
        await client.get(await come_back(client))
        assert client.cookies["kith"] != first
    async with app.state.running.store.read() as work:
        accounts = await work.staff.all()
    assert [(one.email, one.roles) for one in accounts] == [
        ("sam.taylor@northmere.example", frozenset({Role.BOARD_MEMBER}))
    ]


async def test_showing_again_who_one_is_must_be_recent(app: FastAPI, provider: Provider) -> None:
    async with client_of(app) as client:
        back = await come_back(client, "/sign-in/single?again=yes")
        assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
        provider.claims["auth_time"] = int(time.time()) - 3600
        assert (await client.get(back)).status_code == 409
        provider.claims["auth_time"] = int(time.time())
        assert (await client.get(await come_back(client, "/sign-in/single?again=yes"))).status_code == 303


async def test_nobody_comes_in_by_another_way(app: FastAPI, provider: Provider) -> None:
    async with client_of(app) as client, client_of(app) as other:
        back = await come_back(client)
        assert (await other.get(back)).status_code == 409, "the attempt belongs to one browser"
        await come_back(other)
        assert (await other.get(back)).status_code == 409, "nor to another attempt of another browser"
        query = parse_qs(urlsplit(back).query)
        for spoilt in (
            "?state=" + query["state"][0],
            "?error=access_denied&state=" + query["state"][0],
            f"?code=made-up&state={query['state'][0]}",
            f"?code={query['code'][0]}&state={query['state'][0]}&iss=https://evil.example",
        ):
            assert (await client.get("/sign-in/single/back" + spoilt)).status_code == 409
        provider.claims["groups"] = ["0f-cleaners"]
        refused = await client.get(await come_back(client))
        assert (refused.status_code, "in no group" in refused.text) == (409, True)
        assert "kith" not in client.cookies
        assert (await client.get(await come_back(client, "/sign-in/single?next=//evil.example"))).status_code == 409
    async with app.state.running.store.read() as work:
        assert await work.staff.all() == []


async def test_an_account_with_a_password_is_not_taken_over_and_a_disabled_one_stays_shut(app: FastAPI) -> None:
    now = app.state.access.clock.now()
    async with app.state.running.store.write() as work:
        mine = await work.staff.add("sam.taylor@northmere.example", "Sam", frozenset({Role.ADMINISTRATOR}), now)
    async with client_of(app) as client:
        refused = await client.get(await come_back(client))
        assert "a password already" in refused.text
        async with app.state.running.store.write() as work:
            subject = f"{app.state.access.settings.oidc_issuer}|person-1"
            await work.staff.change(mine, subject=subject, disabled_at=now)
        assert "disabled" in (await client.get(await come_back(client))).text
        assert "kith" not in client.cookies


SPOILT: list[Any] = [
    pytest.param(lambda p: p.sign(iss="https://evil.example"), id="another issuer"),
    pytest.param(lambda p: p.sign(aud="another-client"), id="for another client"),
    pytest.param(lambda p: p.sign(aud=[CLIENT, "another"]), id="for several, not asked for by us"),
    pytest.param(lambda p: p.sign(aud=None), id="for nobody"),
    pytest.param(lambda p: p.sign(nonce="n2"), id="another nonce"),
    pytest.param(lambda p: p.sign(nonce=None), id="no nonce"),
    pytest.param(lambda p: p.sign(exp=int(time.time()) - 120), id="expired"),
    pytest.param(lambda p: p.sign(exp=None), id="never expires"),
    pytest.param(lambda p: p.sign(iat=int(time.time()) + 600), id="from the future"),
    pytest.param(lambda p: p.sign(sub=None), id="about nobody"),
    pytest.param(lambda p: p.sign("none"), id="not signed"),
    pytest.param(lambda p: p.sign("HS256", shared_secret()), id="signed with the shared secret"),
    pytest.param(lambda p: p.sign(key=RSAKey.generate_key(2048, {"kid": "1"})), id="signed with another's key"),
    pytest.param(lambda p: p.sign()[:-6] + "AAAAAA", id="signature cut"),
    pytest.param(lambda p: "not a token", id="no token"),
]


@pytest.mark.parametrize("spoil", SPOILT)
async def test_an_id_token_that_is_wrong_in_any_part_is_refused(
    settings: Settings, provider: Provider, spoil: Callable[[Provider], str]
) -> None:
    single, attempt = SingleSignOn(settings), Attempt("s", "n1", "v", "/", False)
    provider.claims["nonce"] = "n1"
    assert (await single.claims_of(provider.sign(), attempt))["sub"] == "person-1"
    with pytest.raises(StaffWrong, match="cannot be trusted"):
        await single.claims_of(spoil(provider), attempt)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        pytest.param({"email": "a@b.example"}, "in no group", id="no groups"),
        pytest.param({"email": "a@b.example", "groups": []}, "in no group", id="empty groups"),
        pytest.param({"_claim_names": {"groups": "src1"}}, "too many groups", id="group overage"),
        pytest.param({"groups": [BOARD]}, "e-mail address", id="no address"),
    ],
)
def test_who_is_nobody_for_kith_is_told_why(settings: Settings, claims: dict[str, Any], words: str) -> None:
    with pytest.raises(StaffWrong, match=words):
        identity_of({"iss": "i", "sub": "s", **claims}, settings)


async def test_a_provider_that_is_down_or_not_itself_lets_nobody_in(settings: Settings, provider: Provider) -> None:
    for issuer, words in ((provider.issuer + "/other", "does not answer"), ("http://127.0.0.1:9", "does not answer")):
        with pytest.raises(StaffWrong, match=words):
            await SingleSignOn(settings.model_copy(update={"oidc_issuer": issuer})).begin(Attempt.new("/", False))
    real, provider.issuer = provider.issuer, "https://evil.example"
    try:
        with pytest.raises(StaffWrong, match="cannot be trusted"):
            await SingleSignOn(settings).begin(Attempt.new("/", False))
    finally:
        provider.issuer = real


@pytest.mark.parametrize(
    "wrong",
    [{"oidc_client_id": ""}, {"oidc_groups": ""}, {"oidc_groups": "g=king"}, {"oidc_issuer": "http://login.example"}],
)
def test_half_a_set_up_stops_the_start(settings: Settings, wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsWrong, match="OIDC"):
        open_console(FastAPI(), Settings(**(settings.model_dump() | wrong)))
