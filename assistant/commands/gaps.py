"""`kith guidance gaps` and `kith guidance coverage`: what is missing, and what is used."""

from typing import Annotated

import typer

from assistant.commands.staff import in_work
from assistant.domain.roles import Role, Staff
from assistant.settings import load_settings

OPERATOR = Staff("operator", "Operator", frozenset({Role.AUTHOR}))
"""Who looks, when it is the command line."""


def gaps(most: Annotated[int, typer.Option(min=1, help="Topics to list.")] = 20) -> None:
    """List topics that carers asked about and got no good answer to, largest first."""
    from assistant.adapters.embeddings import ThreadedEmbedder
    from assistant.guidance import missing
    from assistant.wiring import open_embedder

    settings = load_settings()
    embed = ThreadedEmbedder(open_embedder(settings)).embed
    found = in_work(settings, lambda work, now: missing.gaps(work, OPERATOR, embed, now))
    for topic in found[:most]:
        kinds = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(topic.kinds.items()))
        typer.echo(f"{topic.size:4}  {topic.name}  ({kinds}; {topic.trend})")
        for example in topic.examples:
            typer.echo(f"        {' '.join(example.split())[:120]}")
    typer.echo(f"{len(found)} topic(s) from the last {missing.LOOKED_BACK.days} days.")


def coverage() -> None:
    """Tell what the published guidance covers, what is stale, never used or stands against another document."""
    from assistant.guidance import missing

    settings = load_settings()
    found = in_work(settings, lambda work, now: missing.coverage(work, OPERATOR, settings.guidance_values, now))
    for use in found.uses:
        typer.echo(f"{use.answers:5}  {use.document.slug}{'  (past review)' if use.is_stale else ''}")
    for topic, nation in found.empty:
        typer.echo(f"No document: {topic}, {nation.replace('_', ' ')}")
    for slug, what in found.contradictions:
        typer.echo(f"Stands against another document: {slug}: {what}")
    typer.echo(
        f"{len(found.uses)} documents, {len(found.stale)} past review, {len(found.never_used)} never used, "
        f"{len(found.contradictions)} contradiction(s)."
    )
