"""The circuit breaker: live indicators, and what the service does by itself when one passes its limit."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select

from assistant.cases.alerter import Alert
from assistant.domain.outcome import Outcome
from assistant.inbox.desk import Desk
from assistant.settings import Settings
from assistant.storage.case_tables import ReportRow
from assistant.storage.store import Work
from assistant.storage.tables import EscalationRow, TurnRow
from governance.gate import lapsed
from governance.policy import Gate, Limit, policy_of
from governance.releases import Standing, standing
from governance.switches import Stop, set_switch

log = structlog.get_logger()
Turn: Any = TurnRow.__table__
Case: Any = EscalationRow.__table__
Report: Any = ReportRow.__table__
Counted = tuple[int, int]
"""Events that count against the service, and all events looked at."""
Count = Callable[[Work, datetime], Awaitable[Counted]]
REVIEW, ACCEPTED = "review_overdue", "acceptance_ended"
PROMISES = {
    REVIEW: "An emergency change was not reviewed in time",
    ACCEPTED: "Too little evidence was accepted until a day that is past",
}


async def every_minute(desk: Desk, settings: Settings) -> None:
    """Look at each indicator; past its limit, stop what the policy says and tell the team. A stop stands until lifted."""
    policy = policy_of(settings)
    for limit in policy.breaker:
        async with desk.store.write() as work:
            tripped = await look(work, limit, desk.clock.now())
        if tripped:
            await tell(desk, limit.indicator, limit.title, limit.does)
    for indicator, title in PROMISES.items():
        async with desk.store.write() as work:
            broken = await look_at_promise(work, indicator, policy.gate, desk.clock.now())
        if broken:
            await tell(desk, indicator, title, "quote")


async def look(work: Work, limit: Limit, now: datetime) -> bool:
    """Set the switch if the indicator has passed its limit since somebody last lifted it; tell whether it was set now."""
    since = await since_when(work, limit.indicator, now - timedelta(hours=limit.window_hours))
    if since is None:
        return False
    against, seen = await INDICATORS[limit.indicator](work, since)
    if not is_past(limit, against, seen):
        return False
    why = f"{limit.title}: {against} of {seen} in the last {limit.window_hours} hours."
    await set_switch(work, "system", Stop("all", limit.indicator, limit.does, why), now)
    return True


def is_past(limit: Limit, against: int, seen: int) -> bool:
    """Whether there is enough to go by, and more of it than the limit."""
    if seen < limit.least:
        return False
    return against > limit.most if limit.most is not None else against > float(limit.most_share or 0) * seen


async def since_when(work: Work, indicator: str, earliest: datetime) -> datetime | None:
    """Return from when on events count; None while the indicator's switch stands."""
    mine = [one for one in await work.switches.history() if one.scope == "all" and one.target == indicator]
    if any(one.lifted_at is None for one in mine):
        return None
    return max([earliest, *(one.lifted_at for one in mine if one.lifted_at)])


async def look_at_promise(work: Work, indicator: str, gate: Gate, now: datetime) -> bool:
    """Fall back to the guidance's own words when what the board promised to do by a day has not been done."""
    active = await work.releases.active()
    if active is None or not active.is_approved or await since_when(work, indicator, now) is None:
        return False
    why = BROKEN[indicator](await standing(work, active.release_id, gate, now), gate, now)
    if not why:
        return False
    await set_switch(work, "system", Stop("all", indicator, "quote", why), now)
    return True


def review_is_late(found: Standing, gate: Gate, now: datetime) -> str:
    """Say that an emergency change was not looked at again in time; empty when it was, or there is time."""
    if found.review_by is None or found.review_by > now:
        return ""
    return f"The emergency change {found.release_id} was to be reviewed by {found.review_by:%-d %B %Y}."


def acceptance_has_ended(found: Standing, gate: Gate, now: datetime) -> str:
    """Say that too little evidence is accepted no longer, and no more has come; empty otherwise."""
    suites = lapsed(gate, found.dossier, now)
    if not suites:
        return ""
    named = ", ".join(suites)
    return f"The board accepted too little evidence of {named} for {found.release_id}, until a day that is past. Run it again, or accept it anew."


BROKEN: dict[str, Callable[[Standing, Gate, datetime], str]] = {REVIEW: review_is_late, ACCEPTED: acceptance_has_ended}


async def tell(desk: Desk, indicator: str, title: str, does: str) -> None:
    """Tell the team at once; the switch itself shows on the page."""
    log.error("circuit_breaker_tripped", indicator=indicator, does=does)
    done = {"pause": "Kith has paused itself.", "quote": "Kith now quotes guidance word for word only."}.get(does, "")
    words = Alert(f"Kith: {title}", f"{done} Please look: {desk.service.url}/governance/stop".strip())
    for target in desk.service.rota.team:
        await desk.service.send_alert(target, words)


async def harm_reports(work: Work, since: datetime) -> Counted:
    return await counted(work, Report, Report.c.created_at >= since, Report.c.kind == "incident", whole=False)


async def undelivered(work: Work, since: datetime) -> Counted:
    is_it = Case.c.reason == "undelivered_crisis_text"
    return await counted(work, Case, Case.c.created_at >= since, is_it, whole=False)


async def errors(work: Work, since: datetime) -> Counted:
    return await counted(work, Turn, Turn.c.finished_at >= since, Turn.c.outcome.startswith("error_"))


async def stopped_drafts(work: Work, since: datetime) -> Counted:
    """Drafts that the checks stopped, of all that a model wrote."""
    by_model = Turn.c.outcome.in_((Outcome.ANSWERED.value, Outcome.ANSWERED_MODEL_BLOCKED.value))
    stopped = Turn.c.outcome == Outcome.ANSWERED_MODEL_BLOCKED.value
    return await counted(work, Turn, (Turn.c.finished_at >= since) & by_model, stopped)


async def counted(work: Work, table: Any, among: Any, against: Any, whole: bool = True) -> Counted:
    """Count the rows that are against the service, and the rows looked at (without `whole`, the same ones)."""
    bad = (await work.connection.execute(select(func.count()).select_from(table).where(among, against))).scalar_one()
    if not whole:
        return int(bad), int(bad)
    seen = (await work.connection.execute(select(func.count()).select_from(table).where(among))).scalar_one()
    return int(bad), int(seen)


INDICATORS: dict[str, Count] = {
    "harm_reports": harm_reports,
    "undelivered_crisis_texts": undelivered,
    "groundedness_failures": stopped_drafts,
    "errors": errors,
}
