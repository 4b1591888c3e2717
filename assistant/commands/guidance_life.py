"""The commands that change guidance. Each names who acts and why; roles and four eyes hold as on the pages."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands.guidance_work import acting
from assistant.guidance.curator import Curator
from assistant.plural import plural
from assistant.settings import Settings, load_settings
from knowledge_base.curation.reading import unready
from knowledge_base.curation.values import Source, State, Version
from knowledge_base.errors import FileRefused, NoSuchGuidance
from knowledge_base.intake.asking_cautions import source_cautions
from knowledge_base.intake.cautions import Standards

Who = Annotated[str, typer.Option("--as", help="The e-mail address of the member of staff who does this.")]
Why = Annotated[str, typer.Option("--why", help="The reason, in a sentence.")]
Slug = Annotated[str, typer.Argument(help="The document's short name, such as blue-badge.")]
Step = Callable[[Curator, str, str], Awaitable[object]]


def submit(slug: Slug, who: Who, why: Why) -> None:
    """Send a document's draft for review."""
    _step(slug, who, why, State.DRAFT, lambda curator, version_id, because: curator.submit(version_id, because))


def approve(slug: Slug, who: Who, why: Why) -> None:
    """Approve a text that somebody else wrote."""
    _step(slug, who, why, State.IN_REVIEW, lambda curator, version_id, because: curator.approve(version_id, because))


def send_back(slug: Slug, who: Who, why: Why) -> None:
    """Give a text in review back to its author."""
    _step(slug, who, why, State.IN_REVIEW, lambda curator, version_id, because: curator.send_back(version_id, because))


def _step(slug: str, who: str, why: str, state: State, step: Step) -> None:
    async def run() -> Version:
        async with acting(who) as curator:
            version = await _newest(curator, slug, state)
            await step(curator, version.id, why)
            return await curator.work.guidance.version(version.id)

    version = asyncio.run(run())
    typer.echo(f"{version.slug}, version {version.number}: {version.state.value.replace('_', ' ')}.")


async def _newest(curator: Curator, slug: str, state: State) -> Version:
    """Return the newest version, which the core then checks; one in the right state first."""
    versions = await curator.work.guidance.versions(slug)
    chosen = [one for one in versions if one.state is state] or versions
    if not chosen:
        raise NoSuchGuidance(slug)
    return chosen[0]


def publish(
    slugs: Annotated[list[str], typer.Argument(help="Documents to publish together.")], who: Who, why: Why
) -> None:
    """Make approved texts live. A running service answers from them within seconds."""

    async def run() -> str:
        async with acting(who) as curator:
            versions = [await _newest(curator, slug, State.APPROVED) for slug in slugs]
            return await curator.publish([one.id for one in versions], why)

    typer.echo(f"{len(slugs)} published. The guidance is now {asyncio.run(run())}.")


def withdraw(slug: Slug, who: Who, why: Why) -> None:
    """Take a document out of use at once."""

    async def run() -> str:
        async with acting(who) as curator:
            return await curator.withdraw(slug, why)

    typer.echo(f"{slug} is withdrawn. The guidance is now {asyncio.run(run())}.")


def rollback(
    slug: Slug,
    who: Who,
    why: Why,
    number: Annotated[int, typer.Option(help="A version; left out, the one before.")] = 0,
) -> None:
    """Make an earlier version live again, in one step."""

    async def run() -> str:
        async with acting(who) as curator:
            return await curator.roll_back(slug, why, number)

    typer.echo(f"{slug} is back. The guidance is now {asyncio.run(run())}.")


def add(
    what: Annotated[str, typer.Argument(help="A Markdown, HTML, Word, PDF or text file, or an https:// address.")],
    who: Who,
    why: Why,
    slug: Annotated[str, typer.Option(help="Short name; left out, made from the file's name.")] = "",
    look: Annotated[bool, typer.Option("--look", help="Only show chunks and warnings; keep nothing.")] = False,
) -> None:
    """Read a file or a page, show how it will be read with its warnings, and keep it as a draft."""
    source, shown = _read(what, slug)
    for one in shown.problems:
        typer.echo(f"To put right before a review, {one.on_its_line}")
    for told, cautions in (("Warning", shown.warnings), ("Read once", shown.doubtful)):
        for caution in cautions:
            typer.echo(f"{told} ({caution.where}): {caution.what} {caution.remedy}")
    typer.echo(f"{source.slug}: {plural(len(shown.chunks), 'piece')}, {plural(len(shown.warnings), 'warning')}.")
    if not look:
        asyncio.run(_keep([source], who, why, other_askings_stay=True))


def _read(what: str, slug: str) -> tuple[Source, Any]:
    """Convert a file or a page in the cage and look at it."""
    from knowledge_base.intake.convert import Cage
    from knowledge_base.intake.fetch import Fetcher
    from knowledge_base.intake.preview import as_source, preview, slug_of

    settings, today = load_settings(), datetime.now(UTC).date()
    if what.startswith(("http://", "https://")):
        page = Fetcher(settings.trusted_sites).fetch(what)
        name, data = page.name, page.data
    elif Path(what).is_file():
        name, data = Path(what).name, Path(what).read_bytes()
    else:
        raise FileRefused(Path(what).name, "there is no such file.", "Check the path, or give an https:// address.")
    cage = Cage()
    try:
        converted = cage.convert(name, data)
    finally:
        cage.close()
    source = as_source(slug or slug_of(name), converted.text, {"nation": [settings.council_facts["nation"]]}, today)
    return source, preview(source, settings.guidance_values, _standards(settings), today, converted)


def _standards(settings: Settings) -> Standards:
    """Return what a text is held against. Before the model was made ready the words alone are weighed."""
    from assistant.guidance.standards import standards
    from assistant.wiring import open_embedder

    embed = open_embedder(settings).plain.embed if (settings.var / "model").is_dir() else None
    return standards(settings, (), embed)


def import_(
    origin: Annotated[Path | None, typer.Argument(help="A folder or a ZIP; left out, what ships with Kith.")] = None,
    who: Who = "",
    why: Why = "",
) -> None:
    """Bring a folder or a ZIP of Markdown in: each document that differs from the newest version becomes a draft.

    Drafts with faults, and with lines that need a close look, are named.
    """
    from knowledge_base.curation.exchange import read_any

    settings = load_settings()
    kept = asyncio.run(_keep(read_any(origin or settings.documents_folder), who, why))
    standards = _standards(settings) if kept else None
    for source in kept:
        for one in unready(source, settings.guidance_values, datetime.now(UTC).date()):
            typer.echo(f"To put right before a review: {one}")
        if standards and (red := [one for one in source_cautions(source, standards) if one.is_red]):
            typer.echo(
                f"Look closely at {source.slug}: {plural(len(red), 'warning')}. First: {red[0].what} ({red[0].where})"
            )


async def _keep(sources: Sequence[Source], who: str, why: str, other_askings_stay: bool = False) -> list[Source]:
    """Keep what is new as drafts, all or nothing, under a progress bar, and return it.

    A single file is text alone: with `other_askings_stay` it keeps the other ways of asking that its document had.
    """
    kept = []
    async with acting(who) as curator:
        newest = {one.slug: one.source for one in await curator.work.guidance.newest()}
        with typer.progressbar(sources, label="Reading") as bar:
            for given in bar:
                before = newest.get(given.slug)
                source = replace(given, asked=before.asked) if other_askings_stay and before else given
                if before is None or before.digest != source.digest:
                    kept.append((await curator.write(source, why)).source)
    typer.echo(f"{plural(len(kept), 'draft')} kept, {len(sources) - len(kept)} unchanged.")
    return kept


COMMANDS: Mapping[str, Callable[..., None]] = {
    "add": add,
    "submit": submit,
    "approve": approve,
    "send-back": send_back,
    "publish": publish,
    "withdraw": withdraw,
    "rollback": rollback,
    "import": import_,
}
"""The commands by name."""
