"""Find what something left behind: messages stored but unanswered, sends begun but unfinished, messages never heard."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from assistant.domain.turn import Heard, Kind
from assistant.inbox.desk import Desk
from assistant.inbox.receive import Receipt

log = structlog.get_logger()
MARGIN = timedelta(seconds=5)
"""Past the longest burst, so that work in hand is left alone."""
LOOK_BACK = timedelta(hours=24)
"""How far back the provider's list is read: an older message can no longer be answered freely."""


@dataclass(frozen=True, slots=True)
class Found:
    """Receipts of unanswered messages with the tries made, and (turn, conversation) pairs with unfinished sends."""

    unanswered: list[tuple[Receipt, int]]
    unsent: list[tuple[str, str]]


async def sweep(desk: Desk) -> Found:
    """Store messages that only the provider has, then list all that waits."""
    fetched = await fetch_missed(desk)
    before = desk.clock.now() - desk.rhythm.burst_most - MARGIN
    async with desk.store.read() as work:
        waiting = await work.inbound.waiting(desk.clock.now())
        unsent = await work.outbox.unfinished(before)
    unanswered = [(Receipt(row[0], row[2], row[1]), row[3]) for row in waiting]
    if unanswered or unsent or fetched:
        log.warning("sweep_found", count=len(unanswered) + len(unsent), reason=f"fetched {fetched}")
    return Found(unanswered, unsent)


async def fetch_missed(desk: Desk) -> int:
    """Store inbound messages that the provider has and we lack; return how many. A provider that is down is no error here."""
    now = desk.clock.now()
    try:
        listed = await desk.sender.received_since(now - LOOK_BACK)
    except Exception as error:
        log.warning("provider_list_failed", error=type(error).__name__)
        return 0
    async with desk.store.read() as work:
        known = await work.inbound.known([message.provider_sid for message in listed])
    stored = 0
    for message in (one for one in listed if one.provider_sid not in known):
        heard = Heard(message.body, Kind.UNKNOWN if message.media_count and not message.body else Kind.TEXT)
        async with desk.store.write() as work:
            conversation_id = await work.people.conversation_of(message.address, now)
            added = await work.inbound.add(conversation_id, message.provider_sid, heard, now)
        stored += added is not None
    return stored
