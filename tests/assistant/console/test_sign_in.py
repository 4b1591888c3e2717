"""Joining, signing in and out, the second factor, lock-out, and what an administrator does with accounts."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from assistant.domain.roles import Role
from assistant.errors import SignInBusy
from assistant.settings import Settings
from assistant.staff.door import LONGEST_LOCK, Door, lock_after
from assistant.staff.invitations import invite, invite_first
from assistant.staff.passwords import Hashing, weakness
from assistant.staff.second_factor import fresh_secret, offer, offered, step_of
from assistant.storage.staff_tables import RecoveryCodeRow, StaffInvitationRow, StaffSessionRow
from assistant.testing import FakeClock
from tests.assistant.console.signed import Member, client_of, console_app, send, sign_in

EMAIL, PASSWORD = "sam.taylor@northmere.example", "heron lantern biscuit"


def quick() -> Hashing:
    """The same hash, made cheap."""
    return Hashing(Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    made = console_app(Settings(environment="test", var=tmp_path), clock=FakeClock())
    made.state.access = replace(made.state.access, hashing=quick())
    yield made
    await made.state.running.store.close()


async def invited(app: FastAPI, *roles: Role) -> str:
    async with app.state.running.store.write() as work:
        return await invite(work, EMAIL, frozenset(roles), "operator", app.state.access.clock.now())


async def member(app: FastAPI, secret: str = "") -> str:
    """Make an account with a password, and a phone when a secret is given."""
    now, store = app.state.access.clock.now(), app.state.running.store
    hashed = await app.state.access.hashing.hash(PASSWORD)
    async with store.write() as work:
        staff_id: str = await work.staff.add(EMAIL, "Sam Taylor", frozenset({Role.AUTHOR}), now, password_hash=hashed)
        await work.staff.change(staff_id, totp_secret=secret)
    return staff_id


def door_of(app: FastAPI) -> Door:
    return Door(app.state.running.store, app.state.access.settings, app.state.access.clock, 0, app.state.access.hashing)


def code_at(app: FastAPI, secret: str) -> str:
    return str(pyotp.TOTP(secret).at(app.state.access.clock.now()))


def session_of(client: httpx.AsyncClient) -> str:
    return client.cookies.get("kith") or ""


async def test_from_the_link_to_the_home_page(app: FastAPI) -> None:
    link = "/join/" + await invited(app, Role.REVIEWER)
    async with client_of(app) as client:
        assert EMAIL in (await client.get(link)).text
        weak = await client.post(link, data={"name": "", "password": "Password123!", "again": "x"})
        assert weak.status_code == 422
        for words in ("Write your first name", "others would not guess"):
            assert words in weak.text
        fields = {"name": "Sam  Taylor", "password": PASSWORD, "again": PASSWORD}
        assert (await client.post(link, data=fields)).headers["location"] == "/sign-in"
        assert (await client.post(link, data=fields)).status_code == 410, "a link works once"
        assert (await client.get(link)).status_code == 410

        answer = await client.post("/sign-in?next=/profile", data={"email": EMAIL.upper(), "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        half = session_of(client)
        assert (await client.get("/profile")).headers["location"] == "/profile/second-factor?next=/profile"
        page = (await client.get("/profile/second-factor")).text
        assert "data:image/svg+xml;base64," in page
        secret = "".join(re.findall(r'class="secret">([A-Z2-7 ]+)<', page)[0].split())
        given = re.findall(r'name="(csrf|offer)" value="([^"]+)"', page)
        wrong = await client.post("/profile/second-factor", data={**dict(given), "code": "000000"})
        assert "The code is not right" in wrong.text
        codes = await client.post("/profile/second-factor", data={**dict(given), "code": code_at(app, secret)})
        assert codes.text.count("<code>") == 10
        assert session_of(client) not in ("", half), "the session is a new one"
        assert (await client.get("/")).headers["location"] == "/accept"
        assert (await send(client, "/accept")).status_code == 422
        version = re.findall(r'name="version" value="([^"]+)"', (await client.get("/accept")).text)[0]
        assert (await send(client, "/accept", agree="yes", version="p-older")).status_code == 422
        assert (await send(client, "/accept", agree="yes", version=version)).headers["location"] == "/"
        assert "Hello, Sam" in (await client.get("/")).text
        kept = session_of(client)
        assert (await send(client, "/sign-out", "/")).headers["location"] == "/sign-in"
        client.cookies.set("kith", kept)
        assert (await client.get("/")).status_code == 303, "the session is gone, not only the cookie"


async def test_a_code_works_once_and_a_recovery_code_too(app: FastAPI) -> None:
    secret, clock = fresh_secret(), app.state.access.clock
    staff_id = await member(app, secret)
    async with app.state.running.store.write() as work:
        await work.staff.set_codes(staff_id, ["abcde-fghjk"])
    door = door_of(app)

    async def come(code: str) -> bool:
        token = await door.with_password(EMAIL, PASSWORD)
        async with app.state.running.store.read() as work:
            half = await work.sessions.find(token or "", "")
        assert half is not None
        assert half.stage == "code"
        return await door.with_code(half, code) is not None

    code = code_at(app, secret)
    assert await come(code[:3] + " " + code[3:])
    assert not await come(code), "the same code again"
    clock.move(timedelta(seconds=30))
    assert await come(code_at(app, secret))
    assert await come("ABCDE fghjk")
    assert not await come("abcde-fghjk"), "the same recovery code again"
    clock.move(timedelta(seconds=90))
    assert not await come(code), "long over"


async def test_refusals_say_the_same_and_lock_for_longer_each_time(app: FastAPI) -> None:
    staff_id, clock, door = await member(app), app.state.access.clock, door_of(app)
    async with client_of(app) as client:
        answers = [
            (await client.post("/sign-in", data={"email": who, "password": "wrong horse battery"})).text.replace(
                who, ""
            )
            for who in (EMAIL, "nobody@northmere.example", "not an address", "")
        ]
    assert len(set(answers)) == 1, "nobody can tell who has an account"
    for _ in range(4):
        assert await door.with_password(EMAIL, "wrong") is None
    assert await door.with_password(EMAIL, PASSWORD) is None, "locked, even with the right one"
    clock.move(timedelta(minutes=1, seconds=1))
    assert await door.with_password(EMAIL, "wrong") is None
    clock.move(timedelta(minutes=1, seconds=30))
    assert await door.with_password(EMAIL, PASSWORD) is None, "the second lock is longer"
    clock.move(timedelta(minutes=1))
    assert await door.with_password(EMAIL, PASSWORD) is not None
    async with app.state.running.store.write() as work:
        await work.staff.change(staff_id, disabled_at=clock.now(), failures=0)
    assert await door.with_password(EMAIL, PASSWORD) is None
    assert [lock_after(n).total_seconds() / 60 for n in (5, 6, 7, 500)] == [1, 2, 4, LONGEST_LOCK.total_seconds() / 60]


async def test_knowing_the_password_does_not_free_guesses_at_the_code(app: FastAPI) -> None:
    await member(app, fresh_secret())
    door = door_of(app)
    tokens = [await door.with_password(EMAIL, PASSWORD)]
    for _ in range(5):
        async with app.state.running.store.read() as work:
            half = await work.sessions.find(tokens[-1] or "", "")
        assert half is not None
        assert await door.with_code(half, "123456") is None
        tokens.append(await door.with_password(EMAIL, PASSWORD) or tokens[-1])
    async with app.state.running.store.read() as work:
        account = await work.staff.with_email(EMAIL)
    assert account is not None
    assert account.failures >= 5
    assert account.locked_until is not None


async def test_a_refusal_takes_as_long_for_a_stranger_as_for_a_colleague(app: FastAPI) -> None:
    await member(app)
    door, took = replace(door_of(app), answer_every=0.1), {EMAIL: 0.0, "nobody@northmere.example": 0.0}
    for who in took:
        started = time.monotonic()
        assert await door.with_password(who, "wrong horse battery") is None
        took[who] = time.monotonic() - started
    assert all(seconds >= 0.1 for seconds in took.values())
    assert await app.state.access.hashing.verify("anything", "") is False


async def test_a_flood_of_guesses_cannot_pile_up() -> None:
    hashing = quick()
    answers = await asyncio.gather(*(hashing.verify("guess", "") for _ in range(60)), return_exceptions=True)
    assert [type(one) for one in answers].count(SignInBusy) == 40
    assert await hashing.verify("guess", "") is False


async def test_nothing_stored_opens_a_door(app: FastAPI) -> None:
    token = await invited(app, Role.AUTHOR)
    staff_id = await member(app, fresh_secret())
    async with app.state.running.store.write() as work:
        await work.staff.set_codes(staff_id, ["abcde-fghjk"])
        session = await work.sessions.open(staff_id, "full", app.state.access.clock.now())
        stored = ""
        for table in (StaffInvitationRow, RecoveryCodeRow, StaffSessionRow):
            rows: Any = await work.connection.execute(select(table.__table__))
            stored += str(list(rows))
    for secret in (token, session, "abcde", "abcdefghjk"):
        assert secret not in stored


async def test_the_first_administrator_gives_their_own_address(app: FastAPI) -> None:
    now = app.state.access.clock.now()
    async with app.state.running.store.write() as work:
        older, newer = await invite_first(work, now), await invite_first(work, now)
    fields = {"name": "Maya Lewis", "password": PASSWORD, "again": PASSWORD}
    async with client_of(app) as client:
        assert (await client.get("/join/" + older)).status_code == 410
        assert (await client.post("/join/" + newer, data={**fields, "email": "x"})).status_code == 422
        assert (
            await client.post("/join/" + newer, data={**fields, "email": "m@staff.kith.invalid"})
        ).status_code == 422
        assert (await client.post("/join/" + newer, data={**fields, "email": "m@x.example"})).status_code == 303


async def test_an_administrator_looks_after_colleagues_but_not_their_own_account(app: FastAPI) -> None:
    boss = await sign_in(app, Role.ADMINISTRATOR, name="Maya Lewis")
    worker = await sign_in(app, Role.AUTHOR, name="Beth Morgan")
    page = f"/staff/{worker.staff.id}"
    async with client_of(app, boss) as client, client_of(app, worker) as hers:
        answer = await send(client, "/staff/invite", email="new@northmere.example", roles=["reviewer", "author"])
        assert re.search(r"http://127\.0\.0\.1:8000/join/[\w-]{43}<", answer.text)
        for wrong in (
            {"email": "new"},
            {"email": "a@b.example", "roles": []},
            {"email": "a@b.example", "roles": "king"},
        ):
            assert (await send(client, "/staff/invite", **wrong)).status_code == 422
        assert "new@northmere.example" in (await client.get("/staff")).text
        link = answer.text.split("127.0.0.1:8000")[1].split("<")[0]
        cancel = re.findall(r'action="(/staff/invitation/\w+/cancel)"', (await client.get("/staff")).text)[0]
        assert [(await send(client, cancel, "/staff")).status_code for _ in range(2)] == [303, 409]
        assert (await client.get(link)).status_code == 410
        assert (await send(client, page + "/roles", page, roles=["reviewer"])).status_code == 303
        assert (await hers.get("/staff")).status_code == 403
        assert "Reviewer" in (await hers.get("/profile")).text
        training = {"course": "Safe use of AI", "done_on": "2026-11-02"}
        assert (await send(client, page + "/training", page, **training)).status_code == 303
        assert (await send(client, page + "/training", page, course="x", done_on="2027-01-01")).status_code == 409
        assert "Safe use of AI, 2 November 2026" in (await hers.get("/profile")).text
        assert (await send(client, page + "/disable", page)).status_code == 303
        assert (await hers.get("/")).status_code == 303
        own = f"/staff/{boss.staff.id}"
        for act in ("/disable", "/roles", "/reset-second-factor", "/password-link"):
            refused = await send(client, own + act, page, roles=["administrator", "board_member"])
            assert "your own account" in refused.text
        assert (await client.get("/staff/nobody")).status_code == 404
    async with app.state.running.store.read() as work:
        account = await work.staff.get(boss.staff.id)
        assert account is not None
        assert account.roles == {Role.ADMINISTRATOR}


async def test_a_new_password_signs_out_every_other_browser(app: FastAPI) -> None:
    staff_id, now = await member(app), app.state.access.clock.now()
    async with app.state.running.store.write() as work:
        first, second = [await work.sessions.open(staff_id, "full", now) for _ in range(2)]
    here = Member((await sign_in(app, Role.AUTHOR)).staff, first, "kith")
    there = Member(here.staff, second, "kith")
    async with client_of(app, here) as client, client_of(app, there) as other:
        version = re.findall(r'name="version" value="([^"]+)"', (await client.get("/accept")).text)[0]
        await send(client, "/accept", agree="yes", version=version)
        for fields, words in (
            ({"password": "short"}, "not the same"),
            ({"password": "short", "again": "short"}, "longer"),
        ):
            assert words in (await send(client, "/profile/password", **fields)).text
        fresh = "otter pencil weather"
        assert (await send(client, "/profile/password", password=fresh, again=fresh)).status_code == 303
        assert (await other.get("/profile")).status_code == 303
        assert (await client.get("/profile")).status_code == 200
        app.state.access.clock.move(timedelta(minutes=11))
        assert (await client.get("/profile/password")).headers["location"] == "/prove?next=/profile/password"
        assert (await send(client, "/prove?next=/profile/password", password=PASSWORD)).status_code == 401
        proved = await send(client, "/prove?next=/profile/password", password=fresh)
        assert proved.headers["location"] == "/profile/password"
        assert (await client.get("/profile/password")).status_code == 200


@pytest.mark.parametrize(
    ("password", "words"),
    [
        pytest.param("heron lantern biscuit", "", id="three words"),
        pytest.param("Ünïcode-härte 9", "", id="other letters"),
        pytest.param("short", "longer", id="short"),
        pytest.param("a" * 129, "shorter", id="very long"),
        pytest.param("aaaaaaaaaaaaab", "different", id="one letter"),
        pytest.param("Password12345!", "guess", id="common with signs"),
        pytest.param("correct horse battery staple", "guess", id="famous"),
        pytest.param("123456789012", "guess", id="digits alone"),
        pytest.param("samtaylor2026", "name", id="own name"),
    ],
)
def test_a_password_must_be_hard_to_guess(password: str, words: str) -> None:
    fault = weakness(password, f"Sam Taylor {EMAIL}")
    assert words in fault
    assert bool(fault) == bool(words)


def test_the_offer_of_a_secret_is_for_one_person_and_a_quarter_of_an_hour(app: FastAPI) -> None:
    keys, now = app.state.running.store.keys, app.state.access.clock.now()
    sealed = offer(keys, "a", "SECRET", now)
    assert offered(keys, "a", sealed, now + timedelta(minutes=15)) == "SECRET"
    assert offered(keys, "a", sealed, now + timedelta(minutes=16)) == ""
    assert offered(keys, "b", sealed, now) == ""
    assert offered(keys, "a", "made up", now) == ""
    for code in ("", "12345", "1234567", "١٢٣٤٥٦", "abcdef"):
        assert step_of(fresh_secret(), code, 0, now) is None
