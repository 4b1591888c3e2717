"""`kith staff`: invitations from the command line, for the first administrator and for whoever is locked out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from assistant.domain.roles import Role
from assistant.errors import StaffWrong
from assistant.settings import Settings, load_settings
from assistant.storage.store import Work

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the pages.")
Result = TypeVar("Result")
Email = Annotated[str, typer.Argument(help="E-mail address.")]
Roles = Annotated[list[Role] | None, typer.Option("--role", help="A role. Give it several times for several roles.")]
Admin = Annotated[bool, typer.Option("--admin", help="The same as --role administrator.")]


@app.command("invite")
def invite_command(email: Email, role: Roles = None, admin: Admin = False) -> None:
    """Print a one-time link with which somebody joins. Send it to that person alone."""
    from assistant.staff.invitations import INVITATION_LASTS, invite

    settings = load_settings()
    roles = frozenset(role or ()) | ({Role.ADMINISTRATOR} if admin else set())
    token = in_work(settings, lambda work, now: invite(work, email, roles, "operator", now))
    typer.echo(f"{settings.public_url}/join/{token}\nThe link works once, for {INVITATION_LASTS.days} days.")


@app.command("password")
def password_command(email: Email) -> None:
    """Print a one-time link with which somebody who is in sets a new password."""
    from assistant.staff.invitations import RESET_LASTS, new_password_link

    settings = load_settings()

    async def make(work: Work, now: datetime) -> str:
        account = await work.staff.with_email(email)
        if account is None:
            raise StaffWrong("Nobody with this e-mail address is on the list. See: kith staff list")
        return await new_password_link(work, account.id, "operator", now)

    token = in_work(settings, make)
    hours = int(RESET_LASTS.total_seconds() // 3600)
    typer.echo(f"{settings.public_url}/join/{token}\nThe link works once, for {hours} hours.")


@app.command("list")
def list_command() -> None:
    """List everybody who may sign in, with their roles."""
    settings = load_settings()
    accounts = in_work(settings, lambda work, _: work.staff.all())
    for one in accounts:
        state = "disabled" if one.disabled_at else "active"
        typer.echo(f"{one.email}  {one.name}  {', '.join(sorted(one.roles))}  {state}")
    typer.echo(f"{len(accounts)} on the list.")


def in_work(settings: Settings, unit: Callable[[Work, datetime], Awaitable[Result]]) -> Result:
    """Run a unit of work on the installation's database, migrated first."""
    from assistant.storage.engine import make_engine
    from assistant.storage.keys import load_keys
    from assistant.storage.migrate import migrate
    from assistant.storage.store import Store

    async def run() -> Result:
        store = Store(make_engine(settings), load_keys(settings))
        try:
            async with store.write() as work:
                return await unit(work, datetime.now(UTC))
        finally:
            await store.close()

    migrate(settings)
    return asyncio.run(run())


def first_link(settings: Settings) -> str:
    """Return a link for the first administrator; empty once anybody may sign in."""
    from assistant.staff.demo import DEMO_ADDRESS
    from assistant.staff.invitations import invite_first

    async def make(work: Work, now: datetime) -> str:
        is_new = all(one.email.endswith(DEMO_ADDRESS) for one in await work.staff.all())
        return await invite_first(work, now) if is_new else ""

    token = in_work(settings, make)
    return f"{settings.public_url}/join/{token}" if token else ""
