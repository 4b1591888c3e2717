"""Complaints made in a chat, or opened by staff from one, stand in the register of complaints with their 30-day clock.

The report stays with the conversation and goes with it; the register holds its reference, the days and the outcome, and
none of the carer's words. Whoever notes on one side that it was acknowledged or answered has noted it on the other.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from assistant.inbox.desk import Desk
from assistant.settings import Settings
from assistant.storage.case_tables import ReportRow
from assistant.storage.store import Store, Work
from governance.registers.entries import Entry, entries, put, register_named, rewrite
from governance.registers.schema import Values

Report: Any = ReportRow.__table__
REGISTER = "complaints"
STEPS = ("open", "acknowledged", "answered")
"""How far a complaint has come. The register and the report never go back, only on."""
UNSORTED = "unsorted"
"""What a complaint is about as long as no person has said so."""
OWNER = "Information governance lead"
IN_STEP = "Kept in step with the page Data rights."


async def every_minute(desk: Desk, settings: Settings) -> None:
    """Enter what is new and keep both sides in step."""
    await keep_in_step(desk.store, desk.clock.now())


async def keep_in_step(store: Store, now: datetime) -> int:
    """Return how many complaints were entered or moved on; nothing is written when both sides agree."""
    async with store.read() as work:
        if not await apart(work):
            return 0
    async with store.write() as work:
        found = await apart(work)
        for report, entry in found:
            if entry is None:
                await put(work, register_named(REGISTER), first_entry(report), "system", now)
            else:
                await bring_together(work, report, entry, now)
    return len(found)


async def apart(work: Work) -> list[tuple[Any, Entry | None]]:
    """Return complaints that are not in the register, or that have come further on one side than on the other."""
    known = {one.values["report"]: one for one in await entries(work, REGISTER) if one.values.get("report")}
    columns = (
        Report.c.id,
        Report.c.by,
        Report.c.created_at,
        Report.c.due_at,
        Report.c.acknowledged_at,
        Report.c.closed_at,
    )
    rows = await work.connection.execute(
        select(*columns).where(Report.c.kind == "complaint").order_by(Report.c.created_at)
    )
    pairs = [(row, known.get(row.id)) for row in rows]
    return [(row, entry) for row, entry in pairs if entry is None or step_of(row) != step_in(entry)]


def first_entry(report: Any) -> Values:
    """Return a complaint as it is first entered. What it is about is for a person to say."""
    by_carer = report.by == "carer"
    return {
        "name": "Complaint that a carer made in the chat" if by_carer else "Complaint that staff opened from a chat",
        "received_on": f"{report.created_at:%Y-%m-%d}",
        "acknowledge_by": f"{report.due_at or report.created_at:%Y-%m-%d}",
        "about": UNSORTED,
        "status": STEPS[step_of(report)],
        "owner": OWNER,
        "report": report.id,
    }


async def bring_together(work: Work, report: Any, entry: Entry, now: datetime) -> None:
    """Move the side that is behind on to where the other one stands."""
    there, here = step_of(report), step_in(entry)
    if there > here:
        await rewrite(work, entry, {**entry.values, "status": STEPS[there]}, "system", IN_STEP, now)
        return
    times = {"acknowledged_at": report.acknowledged_at or now}
    if STEPS[here] == "answered":
        times["closed_at"] = now
    await work.notes.settle(report.id, **times)
    await work.audit.note(f"report_{STEPS[here]}", "system", f"report:{report.id}", {"register": entry.reference}, now)


def step_of(report: Any) -> int:
    return 2 if report.closed_at else 1 if report.acknowledged_at else 0


def step_in(entry: Entry) -> int:
    return STEPS.index(entry.values["status"])
