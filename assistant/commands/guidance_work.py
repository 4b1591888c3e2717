"""What the commands on guidance share: the store, and the member of staff who acts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from assistant.errors import NotAllowed
from assistant.guidance.curator import Curator
from assistant.settings import Settings, load_settings
from assistant.storage.store import Store


@asynccontextmanager
async def the_store() -> AsyncIterator[tuple[Store, Settings]]:
    """Open the database, made and filled with the shipped guidance when it is new. Safe beside a running service."""
    from assistant.guidance.live import seed_guidance
    from assistant.storage.engine import make_engine
    from assistant.storage.keys import load_keys
    from assistant.storage.migrate import migrate

    settings = load_settings()
    migrate(settings)
    store = Store(make_engine(settings), load_keys(settings))
    try:
        await seed_guidance(settings, store)
        yield store, settings
    finally:
        await store.close()


@asynccontextmanager
async def acting(email: str) -> AsyncIterator[Curator]:
    """Open a transaction in which a member of staff works on guidance, with their roles as stored."""
    async with the_store() as (store, settings), store.write() as work:
        if not email.strip():
            raise NotAllowed(
                "Nobody was named. Every change to guidance names who made it: add --as with their e-mail address."
            )
        account = await work.staff.with_email(email)
        if account is None or account.disabled_at is not None:
            raise NotAllowed(
                "No account that is in use has this address. Every change to guidance names who made it. "
                "See `kith staff list`, or invite somebody: kith staff invite"
            )
        yield Curator(work, account.staff, settings.guidance_values, datetime.now(UTC))
