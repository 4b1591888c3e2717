"""Judge decisions that were reported as wrong, and change the words of a rail with two pairs of eyes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from assistant.checks.words import digest
from assistant.domain.roles import Act, Staff, require
from assistant.errors import KithError
from assistant.storage.case_tables import ReportRow
from assistant.storage.rail_records import Judgement
from assistant.storage.store import Work
from rails.policy import FOLLOWS_RELEASE, PolicyProblem
from rails.register import checked, entries, rail_names, source


class ReviewRefused(KithError):
    """A judgement or change cannot be taken as it stands. The message says why and what to do."""

    status_code = 409


async def judge(work: Work, staff: Staff, report_id: str, rail: str, overturned: bool, note: str, at: datetime) -> None:
    """Decide whether a reported decision of a rail was wrong. It counts against the release that the turn ran under.

    Raises:
        ReviewRefused: The report, turn or rail is unknown, the report is decided, or the same person opened it.
    """
    require(staff, Act.APPROVE_RAILS)
    statement = select(ReportRow.turn_id, ReportRow.by).where(
        ReportRow.id == report_id, ReportRow.kind == "wrong_decision"
    )
    report = (await work.connection.execute(statement)).first()
    if report is None or not report.turn_id:
        raise ReviewRefused("There is no such report of a wrong decision, or it names no turn.")
    if report.by == f"staff:{staff.id}":
        raise ReviewRefused("You opened this report yourself. Ask another reviewer to judge it.")
    if await work.rails.reviewed(report_id):
        raise ReviewRefused("This report has been judged already. Open a new report if you disagree.")
    turn = await work.turns.get(report.turn_id)
    if turn is None or rail not in rail_names():
        raise ReviewRefused("That turn is no longer kept, or no rail has this name. See the list of safety checks.")
    decision, who = "overturned" if overturned else "upheld", f"staff:{staff.id}"
    await work.rails.review(Judgement(report_id, turn.id, turn.release, rail, decision, note, who), at)
    await work.connection.execute(update(ReportRow).where(ReportRow.id == report_id).values(closed_at=at))
    facts = {"rail": rail, "decision": decision, "release": turn.release}
    await work.audit.note("rail_decision_reviewed", who, f"report:{report_id}", facts, at)


async def propose(work: Work, staff: Staff, file: str, text: str, why: str, at: datetime) -> str:
    """Store a changed policy file as a draft, checked as it would be at start-up; return its id.

    Raises:
        ReviewRefused: The file is unknown or unchanged, no reason was given, or the text breaks a rule.
    """
    require(staff, Act.EDIT_RAILS)
    if file not in {one.file for one in entries()}:
        raise ReviewRefused("No rail has this policy file. See the list of safety checks.")
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    if not why.strip() or text.strip() == (await words_now(work, file)).strip():
        raise ReviewRefused("Change something, and say in a sentence why.")
    try:
        checked(file, text)
    except PolicyProblem as problem:
        raise ReviewRefused(str(problem)) from None
    base, who = digest(source(file)), f"staff:{staff.id}"
    draft_id = await work.rails.propose(file, text, base, why.strip()[:300], who, at)
    await work.audit.note("rail_change_proposed", f"staff:{staff.id}", f"rail_draft:{draft_id}", {"file": file}, at)
    return draft_id


async def words_now(work: Work, file: str) -> str:
    """Return the words of a file that were approved last: the shipped ones while nobody changed them."""
    return _latest(file, await work.rails.drafts(file))


async def words_before(work: Work, draft: Any) -> str:
    """Return what a change was, or is, to take the place of."""
    others = [one for one in await work.rails.drafts(draft.file) if one.id != draft.id]
    decided = draft.decided_at if draft.state == "approved" else None
    return _latest(draft.file, [one for one in others if decided is None or (one.decided_at or decided) < decided])


def _latest(file: str, drafts: Sequence[Any]) -> str:
    approved = [one for one in drafts if one.state == "approved" and file in FOLLOWS_RELEASE]
    latest = max(approved, key=lambda one: (one.decided_at, one.written_at), default=None)
    return str(latest.text) if latest else source(file)


async def decide(work: Work, staff: Staff, draft_id: str, approve: bool, at: datetime) -> None:
    """Approve or reject a draft. Approved words make a new release, which serves once it has passed the gate.

    Raises:
        ReviewRefused: The draft is unknown or decided, or the same person wrote it.
    """
    require(staff, Act.APPROVE_RAILS)
    draft, who = await work.rails.draft(draft_id), f"staff:{staff.id}"
    if draft is None:
        raise ReviewRefused("There is no such draft.")
    if draft.written_by == who:
        raise ReviewRefused("You wrote this draft. Another reviewer must read it.")
    state = "approved" if approve else "rejected"
    if not await work.rails.decide(draft_id, state, who, at):
        raise ReviewRefused("Somebody has decided on this draft already.")
    await work.audit.note(
        "rail_change_decided", who, f"rail_draft:{draft_id}", {"file": draft.file, "state": state}, at
    )
