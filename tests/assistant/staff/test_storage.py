"""Accounts, sessions and links on both databases, and the command line that makes the first ones."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from assistant.cli import app as kith
from assistant.commands.staff import first_link
from assistant.domain.roles import Role
from assistant.settings import Settings
from assistant.staff.demo import settle_demo_staff, sign_in_as
from assistant.staff.policy import policy
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.rotate import rotate
from assistant.storage.store import Store
from tests.databases import ready_database

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


async def test_what_is_stored_of_staff_comes_back_on_both_databases(settings: Settings) -> None:
    store = Store(make_engine(settings), load_keys(settings))
    async with store.write() as work:
        sam = await work.staff.add("Sam@X.example", "Sam", frozenset({Role.AUTHOR}), NOW, password_hash="h")
        await work.staff.change(sam, totp_secret="SECRET", failures=2, locked_until=NOW)
        await work.staff.train(sam, "AI", date(2026, 11, 1), "boss", NOW)
        await work.staff.accept(sam, "p-1", NOW)
        await work.staff.accept(sam, "p-1", NOW + timedelta(days=1))
        await work.staff.set_codes(sam, ["aaaaa-bbbbb", "ccccc-ddddd"])
        tokens = [await work.sessions.open(sam, "full", NOW + timedelta(minutes=n)) for n in range(3)]
    assert await rotate(store) >= 1
    async with store.write() as work:
        account = await work.staff.with_email(" sam@x.EXAMPLE ")
        assert account is not None
        assert (account.totp_secret, account.failures, account.locked_until) == ("SECRET", 2, NOW)
        assert account.staff.roles == {Role.AUTHOR}
        assert await work.staff.names() == {sam: "Sam"}
        assert [one.id for one in await work.staff.with_role(Role.AUTHOR)] == [sam]
        assert await work.staff.with_role(Role.REVIEWER) == []
        assert [row.at for row in await work.staff.acceptances()] == [NOW]
        assert [row.course for row in await work.staff.trainings(sam)] == ["AI"]
        assert [await work.staff.use_code(sam, code, NOW) for code in ("AAAAA BBBBB", "aaaaa-bbbbb")] == [True, False]
        assert await work.staff.codes_left(sam) == 1
        found = await work.sessions.find(tokens[0], "p-1")
        assert found is not None
        assert (found.staff.name, found.has_accepted, found.proved_at) == ("Sam", True, NOW)
        assert await work.sessions.end_all(sam, but=found.id) == 2
        await work.sessions.end(found.id)
        assert await work.sessions.find(tokens[0], "p-1") is None
    await store.close()


async def test_pretend_staff_are_shut_outside_the_demo(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = ready_database(Settings(environment="test", var=tmp_path_factory.mktemp("demo"), database_url=""))
    store = Store(make_engine(settings), load_keys(settings))
    for _ in range(2):
        await settle_demo_staff(store, True, NOW)
    token = await sign_in_as(store, Role.TEAM_LEAD, NOW)
    async with store.read() as work:
        assert {role for one in await work.staff.all() for role in one.roles} == set(Role)
        found = await work.sessions.find(token or "", policy().version)
        assert found is not None
        assert found.has_accepted
    await settle_demo_staff(store, False, NOW)
    assert await sign_in_as(store, Role.TEAM_LEAD, NOW) is None
    async with store.read() as work:
        assert await work.sessions.find(token or "", policy().version) is None
    await store.close()


def test_links_are_made_at_the_command_line(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(environment="test", var=tmp_path_factory.mktemp("cli"), database_url="")
    monkeypatch.setenv("KITH_VAR", str(settings.var))
    link = re.compile(r"http://127\.0\.0\.1:8000/join/[\w-]{43}")
    assert link.fullmatch(first_link(settings))
    invited = CliRunner().invoke(kith, ["staff", "invite", "a@b.example", "--admin", "--role", "author"])
    assert link.match(invited.output)
    assert "0 on the list" in CliRunner().invoke(kith, ["staff", "list"]).output
    unknown = CliRunner().invoke(kith, ["staff", "password", "a@b.example"])
    assert "Nobody with this e-mail address" in str(unknown.exception)
