"""Delete on time what the schedule says, a few hundred rows at a time, and note how much."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, delete, func, or_, select, update

from assistant.privacy.erasure import finish
from assistant.privacy.schedule import Rule, schedule
from assistant.storage.rooms import all_tables
from assistant.storage.store import Store

log = structlog.get_logger()
BATCH = 500
"""Rows a transaction: short enough that a live service never waits long."""


async def delete_on_time(store: Store, retention: timedelta, now: datetime) -> dict[str, int]:
    """Blank and delete what is past its time; return how many rows of each table, and note it in the audit log."""
    done: dict[str, int] = {}
    for name, table in reversed(all_tables().items()):  # what hangs on others first
        rule = schedule().get(name)
        if rule is not None:
            done[name] = await blank_words(store, table, rule, retention, now) + await delete_rows(
                store, table, rule, now
            )
    async with store.write() as work:
        for name, number in (await finish(work)).items():
            done[name] = done.get(name, 0) + number
    touched = {name: number for name, number in done.items() if number}
    async with store.write() as work:
        await work.audit.note("old_data_deleted", "system", "", touched, now)
    log.info("old_words_deleted", count=sum(touched.values()))
    return touched


async def blank_words(store: Store, table: Any, rule: Rule, retention: timedelta, now: datetime) -> int:
    words = rule.words
    if words is None:
        return 0
    before = now - (retention if words.days == "retention" else timedelta(days=words.days))
    filled = or_(*(func.length(table.c[name]) > 0 for name in words.columns))
    blank = update(table).values(dict.fromkeys(words.columns, b""))
    return await in_batches(store, table, and_(table.c[words.at] < before, filled), blank)


async def delete_rows(store: Store, table: Any, rule: Rule, now: datetime) -> int:
    rows = rule.rows
    if rows is None:
        return 0
    if rows.without:
        other = all_tables()[rows.without]
        return await in_batches(store, table, table.c.id.not_in(select(other.c[f"{table.name}_id"])), delete(table))
    return await in_batches(store, table, table.c[rows.at] < now - timedelta(days=rows.days), delete(table))


async def in_batches(store: Store, table: Any, condition: Any, change: Any) -> int:
    """Change the rows that meet a condition, in short transactions; return how many there were."""
    count, [key] = 0, list(table.primary_key.columns)
    while True:
        async with store.write() as work:
            ids = list((await work.connection.execute(select(key).where(condition).limit(BATCH))).scalars())
            if ids:
                await work.connection.execute(change.where(key.in_(ids)))
        count += len(ids)
        if len(ids) < BATCH:
            return count
