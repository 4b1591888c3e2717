"""Keep little, delete on time."""

import structlog
from sqlalchemy import select

from assistant.inbox.desk import Desk
from assistant.storage.tables import ConversationRow

log = structlog.get_logger()


async def delete_old_words(desk: Desk) -> int:
    """Blank every stored text older than the retention period; return how many conversations were looked at."""
    before = desk.clock.now() - desk.rhythm.retention
    async with desk.store.read() as work:
        statement = select(ConversationRow.id).where(ConversationRow.created_at < before)
        conversations = list((await work.connection.execute(statement)).scalars())
    for conversation_id in conversations:
        async with desk.store.write() as work:
            await work.people.erase_words(conversation_id, before)
    log.info("old_words_deleted", count=len(conversations))
    return len(conversations)
