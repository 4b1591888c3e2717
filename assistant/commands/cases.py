"""`kith cases`: who waits for a person, when people are there, and whether alerts arrive."""

import asyncio
from datetime import UTC, datetime, timedelta

import typer

from assistant.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Who waits for a person, when people are there, whether alerts arrive.")
DAYS_SHOWN = 14


@app.command("list")
def list_command() -> None:
    """List open cases, the most urgent first. No words or numbers of a carer are printed."""
    lines = asyncio.run(_open_cases(load_settings()))
    typer.echo("\n".join(lines) or "Nobody waits.")


async def _open_cases(settings: Settings) -> list[str]:
    from assistant.console.words import words_for
    from assistant.storage.engine import make_engine
    from assistant.storage.keys import load_keys
    from assistant.storage.queue import Wanted
    from assistant.storage.store import Store

    store = Store(make_engine(settings), load_keys(settings))
    try:
        async with store.read() as work:
            cases = await work.queue.cases(Wanted())
    finally:
        await store.close()
    now = datetime.now(UTC)
    return [
        f"{words_for(case.urgency, 'urgency'):<11} {words_for(case.state, 'states'):<22} "
        f"{'OVERDUE' if case.due_at and case.due_at < now else 'in time':<8} {words_for(case.reason, 'reasons')}  case {case.id}"
        for case in cases
    ]


@app.command()
def hours() -> None:
    """Show the next two weeks as the clocks see them, and why the service is closed on a day."""
    from assistant.cases.service import make_service

    service, today = make_service(load_settings()), datetime.now(UTC).date()
    for day in (today + timedelta(days=offset) for offset in range(DAYS_SHOWN)):
        typer.echo(f"{day:%A %-d %B %Y}: {service.hours.in_words(day)}")


@app.command("test-alert")
def test_alert() -> None:
    """Send a test alert to every target. Exit 1 if one did not take it, or there is none."""
    failed = asyncio.run(_test_alerts(load_settings()))
    raise typer.Exit(code=1 if failed else 0)


async def _test_alerts(settings: Settings) -> bool:
    from assistant.cases.service import make_service

    tried = await make_service(settings).try_alerts()
    for label, went in tried.items():
        typer.echo(f"{label}: {'taken' if went else 'NOT TAKEN: look at its address and at the service behind it'}")
    if not tried:
        typer.echo("No target is set. Set KITH_ALERT_TARGETS, or targets in `service: rota` of the council's file.")
    return not tried or not all(tried.values())
