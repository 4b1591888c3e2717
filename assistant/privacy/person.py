"""Find every row about one carer, whichever room keeps it."""

from typing import Any

from sqlalchemy import Select, select

from assistant.privacy.schedule import Rule, carers_tables
from assistant.storage.store import Work
from assistant.storage.tables import ConversationRow, EscalationRow, TurnRow

Conversation: Any = ConversationRow.__table__


def is_about(table: Any, rule: Rule, conversation_id: str) -> Any:
    """Return the condition that picks the rows of one conversation."""
    if rule.link == "conversation":
        return table.c.id == conversation_id
    if rule.link == "conversation_id":
        return table.c.conversation_id == conversation_id
    if rule.link == "carer_id":
        column = table.c.id if table.name == "carer" else table.c.carer_id
        return column.in_(select(Conversation.c.carer_id).where(Conversation.c.id == conversation_id))
    if rule.link == "turn_id":
        return table.c.turn_id.in_(select(TurnRow.id).where(TurnRow.conversation_id == conversation_id))
    return table.c.case_id.in_(select(EscalationRow.id).where(EscalationRow.conversation_id == conversation_id))


async def rows_about(work: Work, conversation_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return all rows about one carer by table, as they are stored."""
    found = {}
    for table, rule in carers_tables():
        statement: Select[Any] = select(table).where(is_about(table, rule, conversation_id))
        rows = [dict(row._mapping) for row in await work.connection.execute(statement)]
        found[table.name] = rows
    return found
