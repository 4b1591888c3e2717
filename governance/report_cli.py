"""`kith report`: the board pack, the records, and how any figure came about."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import KithError
from assistant.settings import Settings, load_settings
from assistant.storage.store import Store
from governance.audit_cli import with_store

app = typer.Typer(no_args_is_help=True, help="The board pack, the records, and how any figure came about.")
From = Annotated[str, typer.Option("--from", help="First day, such as 2026-10-01. Left out: 90 days before the last.")]
To = Annotated[str, typer.Option("--to", help="Last day. Left out: today.")]
Form = Annotated[str, typer.Option("--format", help="html, pdf, docx or json; a card also as png.")]
Out = Annotated[Path | None, typer.Option(help="Where to write it. Left out: a name in this folder.")]
LENGTH = timedelta(days=90)


class ReportWrong(KithError):
    """A report was asked for in a way that cannot be met."""

    status_code = 422


@app.callback()
def group() -> None:
    """The board pack, the records, and how any figure came about."""


@app.command()
def board(since: From = "", until: To = "", form: Form = "pdf", out: Out = None) -> None:
    """Make the board pack for a period."""
    from governance.board.service import make_pack
    from governance.papers.render import FORMS

    check_form(form, list(FORMS))
    start, end = days(since, until)
    paper = with_store(lambda store, settings: make_pack(store, settings, start, end, "operator", datetime.now(UTC)))
    place = out or Path(f"board-pack-{start:%Y-%m-%d}-{end - timedelta(days=1):%Y-%m-%d}.{form}")
    place.write_bytes(FORMS[form](paper))
    typer.echo(f"The board pack stands in {place}.")


@app.command()
def record(
    name: Annotated[str, typer.Argument(help="Such as atrs, dpia or eqia.")], form: Form = "pdf", out: Out = None
) -> None:
    """Write a record as it stands now. Gaps are shown as gaps, and counted."""
    from governance.board.service import make_record
    from governance.papers.render import FORMS, as_picture
    from governance.records.form import form_named

    written = {**FORMS, "png": as_picture} if form_named(name).group == "card" else FORMS
    check_form(form, list(written))
    paper = with_store(lambda store, settings: make_record(store, settings, name, datetime.now(UTC)))
    place = out or Path(f"{name}.{form}")
    place.write_bytes(written[form](paper))
    typer.echo(f"{paper.title} stands in {place}. {len(paper.gaps)} of {len(list(paper.fields()))} fields are gaps.")


@app.command("list")
def list_all() -> None:
    """List the records and the measures by their ids."""
    from governance.measures.catalogue import CATALOGUE
    from governance.records.form import forms

    persona = load_settings().persona
    for form in forms().values():
        typer.echo(f"record   {form.id:<24} {form.title.replace('{persona}', persona)}")
    for one in CATALOGUE.values():
        typer.echo(f"measure  {one.id:<28} {one.title}")


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="The figure's id, as it stands in the pack.")],
    since: From = "", until: To = "", release: Annotated[str, typer.Option(help="Only this release.")] = "",
) -> None:  # fmt: skip
    """Say what a figure counts, by which query, and work it out again."""
    from governance.board.checking import checked
    from governance.measures.model import Period

    start, end = days(since, until)

    async def worked_out(store: Store, _: Settings) -> list[tuple[str, str]]:
        async with store.read() as work:
            return await checked(work, name, Period(start, end, release), datetime.now(UTC))

    lines = with_store(worked_out)
    width = max(len(label) for label, _ in lines)
    for label, text in lines:
        typer.echo(f"{label:<{width}}  {text}")


def days(since: str, until: str) -> tuple[datetime, datetime]:
    """Return the period's start and the moment after its last day. Raises `ReportWrong` for what is no day."""
    try:
        last = date.fromisoformat(until) if until else datetime.now(UTC).date()
        first = date.fromisoformat(since) if since else last - LENGTH
    except ValueError:
        raise ReportWrong("Write days as year-month-day, such as --from 2026-10-01 --to 2026-12-31.") from None
    if first > last:
        raise ReportWrong(f"--from {first} comes after --to {last}. Swap them.")
    return datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC) + timedelta(days=1)


def check_form(form: str, known: list[str]) -> None:
    """Refuse a form that nothing can write."""
    if form not in known:
        raise ReportWrong(f"--format {form} is not known. Choose one of {', '.join(known)}.")
