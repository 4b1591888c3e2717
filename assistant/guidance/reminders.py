"""Remind owners of guidance whose review date comes or has passed: 30 days before, the day after, then weekly.

An owner whose name or e-mail address is that of a member of staff gets an e-mail of their own. All other reminders go to
whoever gets alerts, and say whose document it is.
"""

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote

import structlog

from assistant.cases.alerter import Alert
from assistant.cases.opening import labels
from assistant.inbox.desk import Desk
from assistant.storage.staff import Account
from knowledge_base.curation.reviews import ReviewDue, reviews_due, told_today

log = structlog.get_logger()
STATES = {
    "soon": "due on",
    "overdue": "past, carers are warned, was due on",
    "out_of_use": "no longer used, was due on",
}


async def remind_owners(desk: Desk) -> int:
    """Tell owners which documents need them today; return how many documents there are. Called once a night."""
    now = desk.clock.now()
    async with desk.store.read() as work:
        live, staff = await work.guidance.live(), await work.staff.all()
    due = [one for one in reviews_due(live, now.date()) if told_today(one)]
    if due:
        log.info("reviews_due", count=len(due))
    rest = await _tell_owners(desk, due, staff)
    if rest:
        alert = reminder(rest, desk.service.url)
        for label in labels(desk.service, now):
            await desk.service.send_alert(desk.service.rota.address(label), alert)
    return len(due)


async def _tell_owners(desk: Desk, due: Iterable[ReviewDue], staff: Iterable[Account]) -> list[ReviewDue]:
    """Write to each owner who is a member of staff; return the reviews that reached nobody so."""
    known, service = list(staff), desk.service
    by_owner = defaultdict[str, list[ReviewDue]](list)
    for one in due:
        by_owner[owner_address(one.owner, known) if service.staff_mail else ""].append(one)
    rest = by_owner.pop("", [])
    for address, theirs in by_owner.items():
        if not await service.send_alert(mail_to(service.staff_mail, address), reminder(theirs, service.url)):
            rest += theirs
    return rest


def owner_address(owner: str, staff: Iterable[Account]) -> str:
    """Return the e-mail address of the one member of staff whom a document names as its owner; empty when nobody is meant."""
    said = " ".join(owner.casefold().split())
    found = {
        one.email
        for one in staff
        if one.disabled_at is None and (one.email in said.split() or " ".join(one.name.casefold().split()) == said)
    }
    return found.pop() if len(found) == 1 else ""


def mail_to(server: str, address: str) -> str:
    """Return the apprise address that reaches one person through a mail server."""
    return f"{server}{'&' if '?' in server else '?'}to={quote(address)}"


def reminder(due: list[ReviewDue], url: str) -> Alert:
    """Return the words of the reminder."""
    lines = [f"{one.title}: {STATES[one.state]} {one.due:%-d %B %Y}. Owner: {one.owner}" for one in due]
    return Alert(f"Kith: {len(due)} guidance review(s) due", "\n".join([*lines, f"See {url}/guidance/review"]))
