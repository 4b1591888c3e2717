"""Wait until a carer has finished a burst of short messages, unless one of them sounds like danger."""

from dataclasses import dataclass

from assistant.domain.turn import Exchange
from assistant.inbox.desk import Desk
from assistant.storage.inbound import Received
from assistant.storage.people import Standing

LOOK_AGAIN = 0.5
"""Seconds between looks at the table, for messages that another process stored."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What a carer wrote and what the conversation already holds, read in one go."""

    messages: list[Received]
    standing: Standing | None
    exchanges: tuple[Exchange, ...]
    answered_by: str = ""
    """The turn that has answered the asked message already; then there is nothing to gather."""


async def gather(desk: Desk, inbound_id: int) -> Burst:
    """Return the unanswered messages around one, once the carer is quiet, at the latest after `burst_most`."""
    screened: set[int] = set()
    while True:
        fresh = not screened
        async with desk.store.read() as work:
            asked = await work.inbound.get(inbound_id)
            if asked is None or asked.turn_id:
                return Burst([], None, (), asked.turn_id or "" if asked else "")
            conversation_id = asked.conversation_id
            messages = await work.inbound.unanswered(conversation_id)
            left = seconds_left(desk, messages)
            ready = left <= 0 or any_alarming(desk, messages, screened)
            standing = await work.people.standing(conversation_id) if ready or fresh else None
            if ready:
                return Burst(messages, standing, await work.turns.recent(conversation_id))
        if standing and standing.owner == "assistant" and not standing.opted_out:
            desk.show_typing(messages[-1].provider_sid)
        await desk.arrivals.wait(conversation_id, min(left, LOOK_AGAIN))


def seconds_left(desk: Desk, messages: list[Received]) -> float:
    """Return how long to wait still: for quiet after the newest, but no longer than the burst's limit after the first."""
    if not messages:
        return 0.0
    quiet_at = messages[-1].received_at + desk.rhythm.burst_quiet
    latest_at = messages[0].received_at + desk.rhythm.burst_most
    return (min(quiet_at, latest_at) - desk.clock.now()).total_seconds()


def any_alarming(desk: Desk, messages: list[Received], screened: set[int]) -> bool:
    """Screen each message once, as soon as it is seen, and what the burst says as a whole."""
    fresh = [message for message in messages if message.id not in screened]
    screened.update(message.id for message in fresh)
    if not fresh:
        return False
    whole = "\n".join(message.heard.text for message in messages)
    return any(desk.alarming(message.heard.text) for message in fresh) or (len(messages) > 1 and desk.alarming(whole))
