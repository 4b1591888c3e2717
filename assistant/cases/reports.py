"""What staff open from a conversation, each with the time that the law or the council's promise gives."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from assistant.domain.roles import Act, Staff, require
from assistant.errors import KithError
from assistant.storage.notes import NewReport
from assistant.storage.store import Work

COMPLAINT_WITHIN = timedelta(days=30)
"""A complaint about data protection must be acknowledged within 30 days (Data Protection Act 2018, section 164A)."""
RIGHTS_WITHIN = timedelta(days=28)
"""One calendar month for a request about somebody's own data; the shortest month, so that no clock runs late."""
WITHIN: Mapping[str, timedelta | None] = {
    "wrong_decision": None,
    "complaint": COMPLAINT_WITHIN,
    "incident": None,
    "rights_request": RIGHTS_WITHIN,
}


class ReportKindUnknown(KithError):
    """A report was asked for of a kind that is not kept."""

    status_code = 400

    def __init__(self) -> None:
        super().__init__(f"There is no such report. Choose one of: {', '.join(WITHIN)}.")


async def report(
    work: Work, staff: Staff, kind: str, conversation_id: str, turn_id: str | None, detail: str, at: datetime
) -> str:
    """Open a report about a conversation and return its id. `detail` is sealed and never logged."""
    require(staff, Act.REPORT_WRONG_DECISION)
    if kind not in WITHIN:
        raise ReportKindUnknown
    within, who = WITHIN[kind], f"staff:{staff.id}"
    due_at = at + within if within else None
    made = NewReport(kind, conversation_id, who, detail, turn_id)
    report_id = await work.notes.report(made, at, due_at)
    facts: dict[str, Any] = {"kind": kind, "conversation": conversation_id, "turn": turn_id or ""}
    await work.audit.note("report_opened", who, f"report:{report_id}", facts, at)
    return report_id
