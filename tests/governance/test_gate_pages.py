"""The pages of stops, releases and the audit log: used by people with the role, by keyboard and on a small screen."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.domain.roles import Role
from assistant.release import release_id
from assistant.settings import Settings
from assistant.storage.store import Store
from governance.gate_pages import gate_pages
from tests.assistant.console.signed import client_of, console_app, send, sign_in

FACTS = {"guidance": "a", "model": "quote mode", "prompt": {"version": "1", "hash": "f" * 64}}
NAME = release_id(FACTS)


@dataclass
class Running:
    """The part of the running service that these pages read."""

    settings: Settings
    store: Store

    @property
    def brain(self) -> Any:
        documents = [SimpleNamespace(slug="blue-badge", title="Blue Badge")]
        searcher = SimpleNamespace(documents=documents)
        return SimpleNamespace(facts=FACTS, answerer=SimpleNamespace(release=NAME), searcher=searcher)


def made(tmp_path: Path) -> Any:
    settings = Settings(environment="test", var=tmp_path)
    return console_app(settings, gate_pages, running=lambda store: Running(settings, store))


async def test_a_topic_is_stopped_and_goes_on(tmp_path: Path) -> None:
    app = made(tmp_path)
    lead, author = await sign_in(app, Role.TEAM_LEAD), await sign_in(app, Role.AUTHOR)
    page = "/governance/stop"
    async with client_of(app, author) as client:
        assert (await client.get(page)).status_code == 403
    async with client_of(app, lead) as client:
        refused = await send(client, page, scope="topic", topic="no-such", why="wrong fee")
        assert refused.status_code == 422
        assert "There is no document called" in refused.text
        assert "wrong fee" in refused.text, "what was typed is still there"
        assert (await send(client, page, scope="topic", topic="blue-badge", why="wrong fee")).status_code == 303
        assert "wrong fee" in (shown := await client.get(page)).text
        async with app.state.running.store.read() as work:
            [switch] = await work.switches.standing()
        assert switch.target in shown.text
        assert (await send(client, page + "/lift", page, id=switch.id, lifted_why="put right")).status_code == 303
        assert "Nothing is stopped." in (await client.get(page)).text
    await app.state.running.store.close()


async def test_a_release_is_proposed_decided_on_and_kept_from_serving(tmp_path: Path) -> None:
    app = made(tmp_path)
    publisher, board = await sign_in(app, Role.PUBLISHER), await sign_in(app, Role.BOARD_MEMBER, name="Bo Reed")
    async with client_of(app, publisher) as client:
        assert (await send(client, "/governance/releases", way="full", why=" ")).status_code == 422
        assert (await send(client, "/governance/releases", way="full", why="new fee")).status_code == 303
        page = await client.get(f"/governance/releases/{NAME}")
        assert "The suite safety has not been run on this release." in page.text
        shut = await send(client, f"/governance/releases/{NAME}/serve", f"/governance/releases/{NAME}")
        assert shut.status_code in (303, 409), "asked for the password again, or refused by the gate"
        assert (await client.get("/governance/releases/r-none")).status_code == 404
    async with client_of(app, board) as client:
        path = f"/governance/releases/{NAME}"
        assert (await send(client, path + "/decide", path, decision="approve", reason="checked")).status_code == 303
        assert (await send(client, path + "/accept", path, suite="bias", because="soon", ends="")).status_code == 422
        assert "Bo Reed" in (await client.get(path)).text
        log = await client.get("/governance/audit?what=release_approved")
        assert f"release:{NAME}" in log.text
    async with app.state.running.store.read() as work:
        assert await work.releases.active() is None
    await app.state.running.store.close()
