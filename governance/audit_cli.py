"""`kith audit`: prove that the log of decisions is whole, and hand it to an auditor."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands import bench
from assistant.settings import Settings, load_settings
from governance import bench_cli

bench_cli.add_to(bench.app)
app = typer.Typer(no_args_is_help=True, help="Prove that the log of decisions is whole, and hand it to an auditor.")


def with_store(work: Callable[[Any, Settings], Awaitable[Any]]) -> Any:
    """Open the database, do the work, close it."""

    async def run() -> Any:
        from assistant.storage.engine import make_engine
        from assistant.storage.keys import load_keys
        from assistant.storage.migrate import migrate
        from assistant.storage.store import Store

        settings = load_settings()
        await asyncio.to_thread(migrate, settings)
        store = Store(make_engine(settings), load_keys(settings))
        try:
            return await work(store, settings)
        finally:
            await store.close()

    return asyncio.run(run())


@app.command()
def verify() -> None:
    """Check every entry and checkpoint, and the checkpoints in the export folder. Exit 1 when anything is wrong."""
    from governance.audit import verify_log

    result = with_store(verify_log)
    for problem in result.problems[:50]:
        typer.echo(problem)
    state = "The log is NOT whole." if result.problems else "The log is whole."
    typer.echo(
        f"{result.entries} entries, {result.checkpoints} checkpoints, signed up to entry {result.covered}. {state}"
    )
    raise typer.Exit(code=1 if result.problems else 0)


@app.command()
def checkpoint() -> None:
    """Sign what is not signed yet, and send the checkpoints to where they are kept."""
    from governance.checkpoint_export import places, send_checkpoints
    from governance.checkpoints import load_signer, make_checkpoints

    async def make(store: Any, settings: Settings) -> tuple[int, str]:
        now = datetime.now(UTC)
        signer = load_signer(settings)
        made = await make_checkpoints(store, signer, now)
        await send_checkpoints(store, places(settings), settings, now)
        return made, signer.public

    made, public = with_store(make)
    typer.echo(f"{made} checkpoint(s) made. Public key, for the board to write down: {public}")


@app.command()
def export(
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, such as 2026-11-01.")],
    end: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("audit-export"),
) -> None:
    """Write a period of the log to a folder, with a verifier that needs nothing of Kith."""
    from governance.audit import export_log

    first, last = start.replace(tzinfo=UTC), end.replace(hour=23, minute=59, second=59, tzinfo=UTC)
    done = with_store(lambda store, settings: export_log(store, settings, first, last, out))
    typer.echo(f"Entries {done.first} to {done.last} under {done.checkpoints} checkpoint(s) are in {out}.")
    typer.echo(f"An auditor runs: python {out}/verify_audit.py {out} --stretch --public-key {done.public_key}")


@app.command("new-key")
def new_key() -> None:
    """Print a fresh signing key, for KITH_AUDIT_KEY."""
    from governance.checkpoints import new_signing_key

    typer.echo(new_signing_key())
