"""Keep what is answered from in step with what is published."""

import asyncio
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import IntegrityError

from assistant.settings import Settings
from assistant.storage.store import Store
from knowledge_base.curation.reading import sources_in
from knowledge_base.curation.seeding import seed

log = structlog.get_logger()


async def seed_guidance(settings: Settings, store: Store) -> None:
    """Import the guidance that ships with Kith, once. From then on the database decides."""
    shipped = await asyncio.to_thread(sources_in, settings.documents_folder)
    try:
        async with store.write() as work:
            changed = await seed(work.guidance, shipped, datetime.now(UTC), settings.environment != "live")
    except IntegrityError:  # another process of this installation was first, with the same texts
        changed = False
    if changed:
        log.info("guidance_imported", documents=len(shipped))
