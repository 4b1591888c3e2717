"""The benches of governance, as commands of `kith bench`."""

from typing import Annotated

import typer


def audit(
    entries: Annotated[int, typer.Option(min=100, help="Entries of the log that is verified.")] = 1_000_000,
    tamperings: Annotated[int, typer.Option(min=11, help="How often a log is tampered with.")] = 10_000,
) -> None:
    """Verify a long audit log, append to one, tamper with one. Exit 1 if a bar is missed."""
    from governance.benches import audit as bench

    took = bench.measure(entries, tamperings)
    typer.echo(bench.report(took))
    raise typer.Exit(code=0 if took.is_good else 1)


def pack(
    conversations: Annotated[int, typer.Option(min=10, help="Conversations in the database.")] = 100_000,
) -> None:
    """Make the board pack of many conversations. Exit 1 if it takes over 20 s."""
    from governance.benches import pack as bench

    took = bench.measure(conversations)
    typer.echo(bench.report(took))
    raise typer.Exit(code=1 if took.clock > bench.BAR_SECONDS else 0)


def add_to(bench: typer.Typer) -> None:
    """Add the commands to `kith bench`, which stands in a lower room."""
    bench.command("audit")(audit)
    bench.command("pack")(pack)
