"""Remind the team of guidance whose review date comes or has passed: 30 days before, the day after, then weekly."""

import structlog

from assistant.cases.alerter import Alert
from assistant.cases.opening import labels
from assistant.inbox.desk import Desk
from knowledge_base.curation.reviews import ReviewDue, reviews_due, told_today

log = structlog.get_logger()
STATES = {
    "soon": "due on",
    "overdue": "past, carers are warned, was due on",
    "out_of_use": "no longer used, was due on",
}


async def remind_owners(desk: Desk) -> int:
    """Tell whoever gets alerts which documents need their owner today; return how many there are. Called once a night."""
    now = desk.clock.now()
    async with desk.store.read() as work:
        live = await work.guidance.live()
    due = [one for one in reviews_due(live, now.date()) if told_today(one)]
    if due:
        log.info("reviews_due", count=len(due))
        alert = reminder(due, desk.service.url)
        for label in labels(desk.service, now):
            await desk.service.send_alert(desk.service.rota.address(label), alert)
    return len(due)


def reminder(due: list[ReviewDue], url: str) -> Alert:
    """Return the words of the reminder."""
    lines = [f"{one.title}: {STATES[one.state]} {one.due:%-d %B %Y}. Owner: {one.owner}" for one in due]
    return Alert(f"Kith: {len(due)} guidance review(s) due", "\n".join([*lines, f"See {url}/guidance/review"]))
