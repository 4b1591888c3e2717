"""`kith bench`: measure, and compare in one run."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Measure, and compare in one run.")


@app.callback()
def group() -> None:
    """Measure, and compare in one run."""


@app.command()
def path(
    seconds: Annotated[float, typer.Option(min=1, help="Seconds of load at 80 messages a second.")] = 10,
    chain: Annotated[bool, typer.Option(help="Time the plain LangChain chain too (development install).")] = True,
) -> None:
    """Measure a message's whole path: acknowledged, picked up, answered, sent."""
    from assistant.benches.path import measure, report
    from assistant.settings import load_settings

    typer.echo(report(asyncio.run(measure(load_settings(), seconds, chain))))


@app.command()
def crash(
    kills: Annotated[int, typer.Option(min=1, help="How often the server is killed.")] = 50,
    seed: Annotated[int, typer.Option(help="Fixes the moments of the kills.")] = 1,
    database: Annotated[str, typer.Option(help="Address of an empty PostgreSQL database; else SQLite.")] = "",
) -> None:
    """Kill the server at random moments under load. Exit 1 if a message was lost or answered twice."""
    from assistant.benches import crash as bench
    from assistant.settings import load_settings

    tally = asyncio.run(bench.crash(load_settings(), kills, seed, {"KITH_DATABASE_URL": database}))
    typer.echo(bench.report(tally, seed))
    raise typer.Exit(code=1 if tally.lost or tally.twice else 0)


@app.command()
def inbox(
    conversations: Annotated[int, typer.Option(min=10, help="Conversations in the database.")] = 100_000,
    tries: Annotated[int, typer.Option(min=6, help="Pages of each kind that are loaded.")] = 120,
) -> None:
    """Measure how fast the inbox's pages load with many conversations. Exit 1 if the 95th of 100 takes over 150 ms."""
    from assistant.benches import inbox as bench

    took = asyncio.run(bench.measure(conversations, tries))
    typer.echo(bench.report(took, conversations))
    slowest = max(sorted(times)[int(0.95 * len(times))] for times in took.values())
    raise typer.Exit(code=1 if slowest > 150 else 0)


@app.command()
def retrieval(
    chunks: Annotated[int, typer.Option(min=100, help="Sections of made-up guidance.")] = 100_000,
) -> None:
    """Measure a search of a large corpus. Exit 1 if the 95th of 100 takes over 25 ms or a filter doubles the time."""
    from assistant.benches import scale
    from assistant.settings import load_settings

    took = scale.measure(load_settings(), chunks)
    typer.echo(scale.report(took))
    raise typer.Exit(code=1 if took.slowest > 25 or took.dearest > 2 else 0)


@app.command()
def ingest(chunks: Annotated[int, typer.Option(min=8, help="Sections of made-up guidance.")] = 400) -> None:
    """Measure ingest against a plain LangChain ingest of the same sections. Exit 1 if it is not twice as fast."""
    from assistant.benches import ingest as bench
    from assistant.settings import load_settings

    rates = bench.measure(load_settings(), chunks)
    typer.echo(str(rates))
    raise typer.Exit(code=1 if rates.ours < 2 * rates.plain else 0)


@app.command()
def rails(
    nemo: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A Python with nemoguardrails and langchain-openai, to compare."
        ),
    ] = None,
) -> None:
    """Measure what all rails take of a message, and beside NeMo Guardrails. Exit 1 if a bar is not met."""
    from assistant.benches import rails as bench
    from assistant.settings import load_settings

    took = bench.measure(load_settings(), nemo)
    typer.echo(bench.report(took))
    raise typer.Exit(code=0 if took.met else 1)


@app.command()
def publish(
    documents: Annotated[int, typer.Option(min=90, help="Documents of made-up guidance.")] = 1000,
    rounds: Annotated[int, typer.Option(min=1, help="Times that one document is published and taken back.")] = 5,
) -> None:
    """Measure publish to first answer, and roll back. Exit 1 if the slowest takes over 5 s."""
    from assistant.benches import publish as bench
    from assistant.settings import load_settings

    took = asyncio.run(bench.measure(load_settings(), documents, rounds))
    typer.echo(bench.report(took))
    raise typer.Exit(code=1 if took.slowest > bench.BAR_SECONDS else 0)
