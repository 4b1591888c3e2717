"""`kith release`: what replies run under, and who let it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from assistant.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="What replies run under, and who let it.")
Name = Annotated[str, typer.Argument(help="The release, such as r-1a2b3c4d5e6f.")]
As = Annotated[str, typer.Option("--as", help="Your e-mail address; your password and code are asked for.")]
Why = Annotated[str, typer.Option(help="The reason, kept with the release.")]


@app.callback()
def group() -> None:
    """What replies run under, and who let it."""


@app.command()
def show(release: Annotated[str, typer.Argument(help="A release; left out, the one of now.")] = "") -> None:
    """Print what a release is made of, and what is against it."""
    name, facts = current() if not release else (release, {})
    text, _ = in_store(lambda store, settings: described(store, settings, name, facts))
    typer.echo(text)


@app.command("list")
def list_releases() -> None:
    """List proposed releases, newest first, and say which one serves."""
    typer.echo(in_store(listed))


@app.command()
def diff(old: Name, new: Annotated[str, typer.Argument(help="The other one; left out, the one of now.")] = "") -> None:
    """Print in which parts two releases differ."""
    from assistant.release import parts_that_differ
    from governance.releases import known_facts

    other, facts = current() if not new else (new, {})

    async def both(store: Any, _: Settings) -> list[Mapping[str, Any]]:
        async with store.read() as work:
            return [await known_facts(work, old), facts or await known_facts(work, other)]

    before, after = in_store(both)
    parts = parts_that_differ(before, after)
    for part in parts:
        typer.echo(f"{part}: {json.dumps(before.get(part))} -> {json.dumps(after.get(part))}")
    if not parts:
        typer.echo("They do not differ.")


@app.command()
def propose(
    why: Why, who: As, path: Annotated[str, typer.Option(help="full, light (guidance only) or emergency.")] = "full"
) -> None:
    """Put the release of now forward."""
    from governance import releases
    from governance.policy import policy_of

    name, facts = current()

    async def act(work: Any, staff: Any, settings: Settings, now: datetime) -> None:
        wish = releases.Wish(name, facts, path, why)
        await releases.propose(work, staff, wish, policy_of(settings).gate, now)

    as_somebody(who, act)
    typer.echo(f"{name} is proposed. What it still needs: kith release show {name}")


@app.command()
def evaluate(path: Annotated[str, typer.Option(help="full, light or emergency.")] = "full") -> None:
    """Run the suites that a path asks for, on the release of now; on the lighter path the affected cases only."""
    from evaluation import commands
    from governance.policy import policy_of, route_named

    settings = load_settings()
    route = route_named(policy_of(settings).gate, path)
    raise typer.Exit(
        commands.run_affected(settings, route.suites)
        if route.affected_cases
        else commands.run(commands.Wanted(route.suites, 0, "held_back", 7, False, 0, 0), "", "")
    )


@app.command()
def approve(
    release: Name,
    why: Why,
    who: As,
    reject: Annotated[bool, typer.Option(help="Reject it instead.")] = False,
    review: Annotated[bool, typer.Option(help="Review an emergency change afterwards.")] = False,
    accept: Annotated[str, typer.Option(help="Accept that this suite has too little evidence.")] = "",
    days: Annotated[int, typer.Option(help="For how many days it is accepted.")] = 30,
) -> None:
    """Approve a proposed release, as somebody who did not propose it."""
    from governance import releases
    from governance.gate import Acceptance
    from governance.policy import policy_of

    async def act(work: Any, staff: Any, settings: Settings, now: datetime) -> None:
        if accept:
            wish = Acceptance(accept, staff.id, why, now + timedelta(days=days))
            await releases.accept(work, staff, release, wish, policy_of(settings).gate, now)
        else:
            decision = "reject" if reject else "review" if review else "approve"
            await releases.decide(work, staff, release, decision, why, now)

    as_somebody(who, act)
    typer.echo("Noted.")


@app.command()
def activate(release: Name, who: As) -> None:
    """Make a release the one that serves, if nothing is against it."""
    from governance import releases
    from governance.policy import policy_of

    async def act(work: Any, staff: Any, settings: Settings, now: datetime) -> None:
        await releases.activate(work, staff, release, policy_of(settings).gate, now)

    as_somebody(who, act)
    typer.echo(f"{release} serves from the next message on, in every process that holds it.")


@app.command()
def rollback(who: As, to: Annotated[str, typer.Option(help="A release; left out, the one before.")] = "") -> None:
    """Go back to an approved release that served before."""
    from governance import releases

    async def act(work: Any, staff: Any, _: Settings, now: datetime) -> str:
        return await releases.roll_back(work, staff, now, to)

    typer.echo(f"{as_somebody(who, act)} serves from the next message on, in every process that holds it.")


def current() -> tuple[str, dict[str, Any]]:
    """Return the release that this installation would make now, and its parts."""
    from assistant.wiring import make_brain

    brain = make_brain(load_settings())
    try:
        return brain.answerer.release, dict(brain.facts)
    finally:
        brain.searcher.close()


def in_store(work: Callable[[Any, Settings], Awaitable[Any]]) -> Any:
    """Open the database, do the work, close it."""
    from governance.audit_cli import with_store

    return with_store(work)


def as_somebody(email: str, act: Callable[[Any, Any, Settings, datetime], Awaitable[Any]]) -> Any:
    """Do something in one transaction as the person who proves to be who they say."""
    from assistant.staff.who import ask, identify

    given = ask(email)

    async def run(store: Any, settings: Settings) -> Any:
        staff = await identify(store, settings, given)
        async with store.write() as work:
            return await act(work, staff, settings, datetime.now(UTC))

    return in_store(run)


async def described(store: Any, settings: Settings, name: str, facts: dict[str, Any]) -> tuple[str, bool]:
    """Return a release in words and JSON, and whether the gate is open."""
    from governance.policy import policy_of
    from governance.releases import known_facts, standing

    async with store.read() as work:
        made_of = facts or await known_facts(work, name)
        found = await standing(work, name, policy_of(settings).gate, datetime.now(UTC))
    against = [one.says for one in found.against]
    says = {"release": name, "serves": found.is_active, "may_serve": not against, "against": against}
    return json.dumps({**says, **made_of}, indent=2, ensure_ascii=False), not against


async def listed(store: Any, _: Settings) -> str:
    """Return one line a proposed release."""
    from governance.releases import proposals

    async with store.read() as work:
        found, active = await proposals(work), await work.releases.active()
    serving = active.release_id if active and active.is_approved else ""
    lines = [f"{one.release_id}  {one.path}  {one.proposed_at:%Y-%m-%d}  {one.why}" for one in found]
    state = f"{serving} serves." if serving else "No approved release serves."
    return "\n".join([*lines, state])
