"""`kith privacy`: keys and what is kept."""

import asyncio

import typer

from assistant.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Keys and what is kept.")


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
    settings = load_settings()
    count = asyncio.run(_rotate(settings))
    typer.echo(f"{count} stored values are sealed with the newest key. Keys behind it in the list can be taken away.")


async def _rotate(settings: Settings) -> int:
    from assistant.storage.engine import make_engine
    from assistant.storage.keys import add_kept_key, load_keys
    from assistant.storage.rotate import rotate
    from assistant.storage.store import Store

    if not settings.encryption_keys.get_secret_value():
        add_kept_key(settings)
    store = Store(make_engine(settings), load_keys(settings))
    try:
        return await rotate(store)
    finally:
        await store.close()
