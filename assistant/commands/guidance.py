"""`kith guidance`: load the documents that answers rest on."""

from datetime import UTC, datetime

import typer

from assistant.commands.gaps import coverage, gaps
from assistant.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The guidance that answers rest on.")
app.command()(gaps)
app.command()(coverage)


@app.callback()
def group() -> None:
    """The guidance that answers rest on."""


@app.command()
def load() -> None:
    """Check every document, build the index beside the live one and swap it in. Safe to repeat."""
    from knowledge_base.commands import load_guidance

    settings = load_settings()
    today = datetime.now(UTC).date()
    source = settings.embedding_source
    done = load_guidance(settings.documents_folder, settings.var, settings.guidance_values, today, source)
    news = "is new" if done.is_new else "was live already"
    typer.echo(
        f"{done.documents} documents, {done.chunks} passages ({done.embedded} embedded now) in {done.seconds:.1f} s. "
        f"Guidance version {done.version} {news}."
    )
    for slug in done.overdue:
        typer.echo(f"Past its review date, used with a warning: {slug}")
    for slug in done.left_out:
        typer.echo(f"Too long past its review date, left out: {slug}")
