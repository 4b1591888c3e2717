"""`kith guidance`: what answers rest on: load, look at, compare, take out as a folder or a ZIP."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import guidance_life as life
from assistant.commands.gaps import coverage, gaps
from assistant.commands.guidance_work import the_store
from assistant.plural import plural
from assistant.settings import load_settings
from knowledge_base.curation.reading import as_read
from knowledge_base.curation.reviews import reviews_due, state_of
from knowledge_base.curation.values import Source, State, Version

app = typer.Typer(no_args_is_help=True, help="The guidance that answers rest on.")
app.command()(gaps)
app.command()(coverage)
for name, command in life.COMMANDS.items():
    app.command(name)(command)

Slug = Annotated[str, typer.Argument(help="The document's short name, such as blue-badge.")]
InState = Annotated[State | None, typer.Option("--state", help="Only documents whose newest version is in this state.")]


@app.callback()
def group() -> None:
    """The guidance that answers rest on."""


@app.command()
def load() -> None:
    """Check every published document, build the index beside the live one and swap it in. Safe to repeat."""
    from assistant.wiring import guidance_sources
    from knowledge_base import chroma_server
    from knowledge_base.commands import load_guidance

    settings = load_settings()
    today = datetime.now(UTC).date()
    source = settings.embedding_source
    chroma_server.use(settings.chroma_url)
    done = load_guidance(guidance_sources(settings), settings.var, settings.guidance_values, today, source)
    news = "is new" if done.is_new else "was live already"
    typer.echo(
        f"{done.documents} documents, {done.chunks} passages ({done.embedded} embedded now) in {done.seconds:.1f} s. "
        f"Guidance version {done.version} {news}."
    )
    for slug in done.overdue:
        typer.echo(f"Past its review date, used with a warning: {slug}")
    for slug in done.left_out:
        typer.echo(f"Too long past its review date, left out: {slug}")


@app.command("list")
def list_(state: InState = None) -> None:
    """List every document with its newest version's state, owner and review date."""
    asyncio.run(_list(state))


async def _list(state: State | None) -> None:
    async with the_store() as (store, settings), store.read() as work:
        newest, live = await work.guidance.newest(), {one.slug: one for one in await work.guidance.live()}
    today = datetime.now(UTC).date()
    for one in (as_read(one, settings.guidance_values) for one in newest):
        if state in (None, one.state):
            is_live = _stands(live[one.slug], today) if one.slug in live else "not live"
            typer.echo(f"{one.slug}  v{one.number} {one.state.value}, {is_live}, due {one.review_due}  {one.title}")
    typer.echo(f"{len(live)} of {len(newest)} documents are live.")


def _stands(version: Version, today: date) -> str:
    """Say whether a published version is answered from."""
    said = {"overdue": "live, past review", "out_of_use": "no longer used, past review"}
    return said.get(state_of(version, today), "live")


@app.command()
def show(slug: Slug, number: Annotated[int, typer.Option(help="A version; left out, the newest.")] = 0) -> None:
    """Print a version's text, then all that was done to the document."""
    asyncio.run(_show(slug, number))


async def _show(slug: str, number: int) -> None:
    from knowledge_base.errors import NoSuchGuidance, NoSuchVersion

    async with the_store() as (store, _), store.read() as work:
        versions = await work.guidance.versions(slug)
        events = await work.guidance.events(slug)
        names = await work.staff.names()
    chosen = [one for one in versions if number in (0, one.number)]
    if not chosen:
        raise NoSuchVersion(slug, number, versions[0].number) if versions else NoSuchGuidance(slug)
    typer.echo(f"Version {chosen[0].number}, {chosen[0].state.value}\n\n{chosen[0].source.text}")
    for event in events:
        who = names.get(event.who.removeprefix("staff:"), event.who)
        typer.echo(f"{event.at:%Y-%m-%d %H:%M} UTC  {event.what.replace('_', ' ')} by {who}: {event.why}")


@app.command()
def diff(
    slug: Slug,
    before: Annotated[int, typer.Argument(help="The earlier version's number.")],
    after: Annotated[int, typer.Argument(help="The later version's number.")],
) -> None:
    """Show what changed between two versions of a document."""
    asyncio.run(_diff(slug, before, after))


async def _diff(slug: str, before: int, after: int) -> None:
    from knowledge_base.curation.differences import differences
    from knowledge_base.errors import NoSuchGuidance, NoSuchVersion

    async with the_store() as (store, _), store.read() as work:
        found = {one.number: one for one in await work.guidance.versions(slug)}
    for number in (before, after):
        if number not in found:
            raise NoSuchVersion(slug, number, max(found)) if found else NoSuchGuidance(slug)
    one, other = found[before].source, found[after].source
    texts, askings = differences(one.text, other.text), differences(one.asked, other.asked)
    if not texts and not askings:
        typer.echo("The two versions are the same.")
    marks = {"added": "+ ", "removed": "- ", "same": "  ", "gap": "…"}
    for heading, lines in (("", texts), ("\nOther ways in which carers ask", askings)):
        for said in [heading] * bool(heading and lines) + [f"{marks[line.kind]}{line.text}" for line in lines]:
            typer.echo(said)


@app.command()
def export(target: Annotated[Path, typer.Argument(help="A folder, or a file that ends in .zip.")]) -> None:
    """Write the published guidance out as Markdown, letter for letter. In a folder it takes the place of older guidance alone."""
    from knowledge_base.curation.exchange import write_folder, write_zip

    sources = asyncio.run(_live_sources())
    if not target.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {target.parent}. Make it first, or name another place.")
    if target.suffix == ".zip":
        target.write_bytes(write_zip(sources))
    else:
        with_bar(len(sources), "Writing", lambda told: write_folder(sources, target, told))
    typer.echo(f"{len(sources)} documents stand in {target}.")


async def _live_sources() -> list[Source]:
    async with the_store() as (store, _), store.read() as work:
        return [one.source for one in await work.guidance.live()]


def with_bar(count: int, label: str, work: Callable[[Callable[[int, int], None]], object]) -> None:
    """Run something long under a progress bar."""
    with typer.progressbar(length=count, label=label) as bar:
        work(lambda done, _: bar.update(done - bar.pos))


@app.command("review-due")
def review_due() -> None:
    """List documents whose review is due within 30 days or past. Exit 1 when one is past."""
    asyncio.run(_review_due())


async def _review_due() -> None:
    async with the_store() as (store, settings), store.read() as work:
        live = [as_read(one, settings.guidance_values) for one in await work.guidance.live()]
        due = reviews_due(live, datetime.now(UTC).date())
    says = {"soon": "due soon", "overdue": "past: carers are warned", "out_of_use": "no longer used"}
    for one in due:
        typer.echo(f"{one.due:%Y-%m-%d}  {one.slug}  {says[one.state]}  owner: {one.owner}")
    typer.echo(f"{plural(len(due), 'document')} to look at.")
    if any(one.state != "soon" for one in due):
        raise typer.Exit(code=1)
