"""Who sits at the command line: the same password and code as on the pages, so that four eyes stay four."""

from dataclasses import dataclass

import typer

from assistant.clock import SystemClock
from assistant.domain.roles import Staff
from assistant.errors import NotAllowed
from assistant.settings import Settings
from assistant.staff.door import REFUSED, WRONG_CODE, Door
from assistant.storage.store import Store


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed."""

    email: str
    password: str
    code: str


def ask(email: str) -> Given:
    """Ask for password and code without showing them."""
    password = typer.prompt("Password", hide_input=True)
    code = typer.prompt(
        "Code from your phone (empty if you have none)", hide_input=True, default="", show_default=False
    )
    return Given(email, password, code)


async def identify(store: Store, settings: Settings, given: Given) -> Staff:
    """Return the person with these. Raises `NotAllowed` otherwise."""
    door = Door(store, settings, SystemClock())
    token = await door.with_password(given.email, given.password)
    if token is None:
        raise NotAllowed(REFUSED)
    async with store.read() as work:
        session = await work.sessions.find(token, "")
    if session is not None and session.stage == "code":
        token = await door.with_code(session, given.code)
        if token is None:
            raise NotAllowed(WRONG_CODE)
        async with store.read() as work:
            session = await work.sessions.find(token, "")
    if session is None or session.stage != "full":
        raise NotAllowed("Sign in to the pages once first and set up the code on your phone.")
    async with store.write() as work:
        await work.sessions.end(session.id)
    return session.staff
