"""Erase one carer everywhere: words, number, what they thought, what was made of their words. What was decided stays.

What stays holds no words and leads to nobody. The act is noted in the audit log, whose entries never held any.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update

from assistant.domain.roles import Act, Staff, require
from assistant.errors import KithError
from assistant.privacy.person import is_about
from assistant.privacy.schedule import Rule, carers_tables
from assistant.storage.store import Work
from assistant.storage.tables import CarerRow, ConversationRow, EscalationRow

Carer: Any = CarerRow.__table__
Conversation: Any = ConversationRow.__table__
SAFEGUARDING = ("crisis", "safeguarding")
EMPTY = {"address_sealed": b"", "nation": "", "danger": []}


class NobodyThere(KithError):
    """No carer is stored under this address or reference."""

    status_code = 404

    def __init__(self) -> None:
        super().__init__(
            "Nothing is stored under this address. Check it, with the country code, as WhatsApp shows it: "
            "whatsapp:+44…. It may have been erased already."
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of an erasure: what was erased and what was kept, with the reason. `reference` stands in the audit log."""

    reference: str
    at: datetime
    erased: dict[str, int]
    kept: dict[str, str]


async def erase_for_staff(work: Work, staff: Staff, conversation_id: str, at: datetime) -> Receipt:
    """Erase at a carer's request, made to a member of staff."""
    require(staff, Act.HANDLE_RIGHTS)
    return await erase(work, conversation_id, f"staff:{staff.id}", at)


async def erase(work: Work, conversation_id: str, who: str, at: datetime) -> Receipt:
    """Erase all that the schedule says, in this transaction."""
    erased: dict[str, int] = {}
    kept: dict[str, str] = {}
    is_kept_safe = await has_safeguarding(work, conversation_id)
    for table, rule in carers_tables():
        about = is_about(table, rule, conversation_id)
        if rule.erasure == "keep" or (rule.kept_when == "safeguarding" and is_kept_safe):
            kept |= {rule.holds: rule.why} if await count(work, table, about) else {}
            continue
        if rule.kept_when == "open":
            still_open = and_(about, table.c.closed_at.is_(None))
            kept |= {rule.holds: rule.why} if await count(work, table, still_open) else {}
            about = and_(about, table.c.closed_at.is_not(None))
        if done := await erase_rows(work, table, rule, about):
            erased[rule.holds] = done
    reference = f"conversation:{conversation_id}"
    await work.audit.note("data_erased", who, reference, {"rows": sum(erased.values()), "kept": len(kept)}, at)
    return Receipt(reference, at, erased, kept)


async def finish(work: Work) -> dict[str, int]:
    """Erase what was kept of erased carers only until it was answered, and has been; return how many rows by table."""
    erased = select(Conversation.c.id).join(Carer, Carer.c.id == Conversation.c.carer_id)
    erased = erased.where(func.length(Carer.c.address_sealed) == 0)
    done = {}
    for table, rule in carers_tables():
        if rule.kept_when == "open":
            about = and_(table.c.closed_at.is_not(None), table.c.conversation_id.in_(erased))
            done[table.name] = await erase_rows(work, table, rule, about)
    return done


async def erase_rows(work: Work, table: Any, rule: Rule, about: Any) -> int:
    """Blank, delete or reset some rows; return how many were touched."""
    if rule.erasure == "delete":
        return int((await work.connection.execute(delete(table).where(about))).rowcount)
    if rule.erasure == "reset":
        fresh = {name: secrets.token_hex(32) if name == "address_hash" else EMPTY[name] for name in rule.reset}
        return int((await work.connection.execute(update(table).where(about).values(**fresh))).rowcount)
    columns = rule.words.columns if rule.words else ()
    filled = or_(*(func.length(table.c[name]) > 0 for name in columns))
    statement = update(table).where(about, filled).values(dict.fromkeys(columns, b""))
    return int((await work.connection.execute(statement)).rowcount)


async def has_safeguarding(work: Work, conversation_id: str) -> bool:
    """Whether somebody had to be kept safe in this conversation."""
    table: Any = EscalationRow.__table__
    about = and_(table.c.conversation_id == conversation_id, table.c.reason.in_(SAFEGUARDING))
    return await count(work, table, about) > 0


async def count(work: Work, table: Any, condition: Any) -> int:
    statement = select(func.count()).select_from(table).where(condition)
    return int((await work.connection.execute(statement)).scalar_one())
