"""Keep little, delete on time: every night."""

from assistant.inbox.desk import Desk
from assistant.privacy.retention import delete_on_time
from assistant.privacy.scrub import scrub


async def delete_old_words(desk: Desk) -> int:
    """Delete what the retention schedule says, from the disk too; return how many rows."""
    touched = await delete_on_time(desk.store, desk.rhythm.retention, desk.clock.now())
    await scrub(desk.store, nightly=True)
    return sum(touched.values())
