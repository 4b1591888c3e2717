"""Show a carer all that is kept about them: as data, and as a document that anyone can read."""

import json
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import select

from assistant.domain.roles import Act, Staff, require
from assistant.privacy.erasure import NobodyThere
from assistant.privacy.person import Conversation, rows_about
from assistant.privacy.schedule import schedule
from assistant.storage.store import Work
from assistant.storage.tables import CarerRow

HIDDEN = ("address_hash", "team", "rank")
"""Columns that say nothing to anybody."""


async def conversation_with(work: Work, address: str) -> str:
    """Return the conversation with a number or id. Raises `NobodyThere`."""
    carer: Any = CarerRow.__table__
    statement = (
        select(Conversation.c.id)
        .join(carer, carer.c.id == Conversation.c.carer_id)
        .where(carer.c.address_hash == work.keys.digest(address.strip()))
    )
    found = (await work.connection.execute(statement)).scalar()
    if found is None:
        raise NobodyThere
    return str(found)


async def export_person(work: Work, staff: Staff, conversation_id: str, at: datetime) -> dict[str, Any]:
    """Return everything about one carer, with the words opened, and note that it was asked for."""
    require(staff, Act.HANDLE_RIGHTS)
    found = await rows_about(work, conversation_id)
    if not found["conversation"]:
        raise NobodyThere
    await work.audit.note("data_exported", f"staff:{staff.id}", f"conversation:{conversation_id}", {}, at)
    parts = [
        {"table": name, "holds": schedule()[name].holds, "rows": [readable(work, row) for row in rows]}
        for name, rows in found.items()
        if rows
    ]
    return {"made_at": at.isoformat(), "reference": f"conversation:{conversation_id}", "parts": parts}


def readable(work: Work, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its sealed columns opened, under plain names."""
    return {
        name.removesuffix("_sealed"): work.keys.open(value) if name.endswith("_sealed") else plain(value)
        for name, value in row.items()
        if name not in HIDDEN
    }


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def as_json(exported: dict[str, Any]) -> str:
    return json.dumps(exported, indent=2, ensure_ascii=False) + "\n"


def as_pdf(exported: dict[str, Any], council: str, persona: str) -> bytes:
    """Set the export as an accessible PDF (PDF/UA-1)."""
    import typst

    template = Path(str(resources.files("assistant") / "privacy" / "access.typ"))
    values = {"data": json.dumps(exported, ensure_ascii=False), "council": council, "persona": persona}
    made: bytes = typst.compile(template.read_bytes(), sys_inputs=values, format="pdf", pdf_standards=["ua-1"])
    return made
