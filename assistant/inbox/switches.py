"""What this turn must do without, read from the database for each turn and again as each message is sent."""

from dataclasses import dataclass, replace

from assistant.cases.opening import open_case
from assistant.cases.why import Why
from assistant.domain.limits import Limits
from assistant.domain.outcome import Outcome
from assistant.inbox.desk import Desk
from assistant.storage.outbox import Due
from assistant.storage.store import Work

CHANNEL = "whatsapp"
NOTICE = "notice"
"""The purpose of the fixed text that says that the service is paused."""
STOPPABLE = ("reply", "feedback")


@dataclass(frozen=True, slots=True)
class Ruling:
    """The release that this turn runs under, and its limits."""

    release: str
    limits: Limits


async def ruling(desk: Desk, work: Work) -> Ruling:
    """Return which release answers now and within which limits.

    The approved release serves, from whichever of the answerers this process holds. Where only approved ones may
    serve and this process lacks it, the turn is paused: danger and commands are answered, nothing else is.
    """
    limits = await work.switches.limits(CHANNEL)
    active = await work.releases.active()
    if active and active.is_approved and desk.answerer.holds(active.release_id):
        return Ruling(active.release_id, limits)
    if desk.only_approved:
        limits = replace(limits, paused=True)
    return Ruling(desk.answerer.release, limits)


async def as_stopped(desk: Desk, work: Work, part: Due) -> Due | None:
    """Return what may go out of a message written before a stop: itself, the fixed text in its place, or nothing."""
    if part.purpose not in STOPPABLE or not (await ruling(desk, work)).limits.paused:
        return part
    if any(one.purpose == NOTICE for one in await work.outbox.of_turn(part.turn_id)):
        await work.outbox.close(part.id, "cancelled")
        return None
    text = desk.answerer.wording.canned(Outcome.PAUSED)
    await work.outbox.reword(part.id, NOTICE, text)
    await open_case(work, desk.service, Why(part.conversation_id, part.turn_id, "service_paused"), desk.clock.now())
    return replace(part, purpose=NOTICE, body=text)
