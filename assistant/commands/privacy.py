"""`kith privacy`: keys, what is kept, and the rights of those whom it is about."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from assistant.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Keys, what is kept, and the rights of those whom it is about.")
Result = TypeVar("Result")
Address = Annotated[str, typer.Argument(help="The carer's address, such as whatsapp:+447700900123.")]
As = Annotated[str, typer.Option("--as", help="Your e-mail address; your password and code are asked for.")]


@app.command("new-key")
def new_key() -> None:
    """Print a fresh encryption key, for KITH_ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode())


@app.command("rotate-key")
def rotate_key() -> None:
    """Seal every stored text and address again with the newest key. Safe to repeat; runs beside a live service.

    Outside `live` a new key is made in `var` first. With KITH_ENCRYPTION_KEYS set, put the new key at the front first.
    """
    from assistant.storage.keys import add_kept_key
    from assistant.storage.rotate import rotate

    settings = load_settings()
    if not settings.encryption_keys.get_secret_value():
        add_kept_key(settings)
    count = _in_store(settings, rotate)
    typer.echo(
        f"{count} stored values are sealed with the newest key. "
        "Restart every running process and repeat this; then keys behind it in the list can be taken away."
    )


@app.command()
def schedule() -> None:
    """Print what each table holds about people, and for how long it is kept."""
    from assistant.privacy.schedule import schedule as rules

    days = load_settings().retention_days
    for name, rule in rules().items():
        words = f" words {days if rule.words.days == 'retention' else rule.words.days} days;" if rule.words else ""
        rows = f" rows {rule.rows.days} days;" if rule.rows and rule.rows.days else ""
        typer.echo(
            f"{name} ({rule.about}): {rule.holds};{words}{rows} on erasure: {rule.erasure or 'nothing of a carer'}"
        )


@app.command("delete-old")
def delete_old() -> None:
    """Delete now what is past its time. A running service does this every night."""
    from assistant.privacy.retention import delete_on_time
    from assistant.privacy.scrub import scrub

    settings = load_settings()

    async def work(store: Any) -> dict[str, int]:
        touched = await delete_on_time(store, timedelta(days=settings.retention_days), datetime.now(UTC))
        await scrub(store, nightly=True)
        return touched

    typer.echo(json.dumps(_in_store(settings, work), indent=2))


@app.command()
def export(
    address: Address, who: As, out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("privacy-export")
) -> None:
    """Write all that is kept about one carer, as JSON and as a PDF to read."""
    from assistant.privacy.access import as_json, as_pdf, conversation_with, export_person
    from assistant.staff.who import ask, identify

    settings, given = load_settings(), ask(who)

    async def work(store: Any) -> dict[str, Any]:
        staff = await identify(store, settings, given)
        async with store.write() as opened:
            conversation = await conversation_with(opened, address)
            return await export_person(opened, staff, conversation, datetime.now(UTC))

    found = _in_store(settings, work)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    (out / "kept.json").write_text(as_json(found), encoding="utf-8")
    (out / "kept.pdf").write_bytes(as_pdf(found, str(settings.council_facts["name"]), settings.persona))
    typer.echo(f"{out}/kept.json and {out}/kept.pdf are written. Delete them once the carer has them.")


@app.command()
def erase(address: Address, who: As) -> None:
    """Erase one carer everywhere and print the receipt."""
    from dataclasses import asdict

    from assistant.privacy.access import conversation_with
    from assistant.privacy.erasure import erase_for_staff
    from assistant.privacy.scrub import scrub
    from assistant.staff.who import ask, identify

    settings, given = load_settings(), ask(who)

    async def work(store: Any) -> Any:
        staff = await identify(store, settings, given)
        async with store.write() as opened:
            conversation = await conversation_with(opened, address)
            receipt = await erase_for_staff(opened, staff, conversation, datetime.now(UTC))
        await scrub(store)
        return receipt

    typer.echo(json.dumps(asdict(_in_store(settings, work)), indent=2, default=str))


def _in_store(settings: Settings, work: Callable[[Any], Awaitable[Result]]) -> Result:
    """Open the migrated database, do the work, close it."""
    from assistant.storage.engine import make_engine
    from assistant.storage.keys import load_keys
    from assistant.storage.migrate import migrate
    from assistant.storage.store import Store

    async def run() -> Result:
        store = Store(make_engine(settings), load_keys(settings))
        try:
            return await work(store)
        finally:
            await store.close()

    migrate(settings)
    return asyncio.run(run())
