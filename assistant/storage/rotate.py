"""Seal everything stored again with the newest key."""

from typing import Any

from sqlalchemy import LargeBinary, select, update

from assistant.storage.rooms import all_tables
from assistant.storage.store import Store

BATCH = 500
"""Rows a transaction: short enough that a live service never waits long."""


async def rotate(store: Store) -> int:
    """Reseal every sealed column of every table; return how many values were touched. Safe to stop and repeat."""
    count = 0
    for table in all_tables().values():
        columns = [column for column in table.columns if isinstance(column.type, LargeBinary)]
        if columns:
            count += await _rotate_table(store, table, columns)
    return count


async def _rotate_table(store: Store, table: Any, columns: list[Any]) -> int:
    [key] = table.primary_key.columns
    count, last = 0, None
    while True:
        async with store.write() as work:
            statement = select(key.label("key"), *columns).order_by(key).limit(BATCH)
            rows = list(await work.connection.execute(statement if last is None else statement.where(key > last)))
            for row in rows:
                fresh = {column.name: store.keys.reseal(row._mapping[column.name]) for column in columns}
                await work.connection.execute(update(table).where(key == row.key).values(**fresh))
                count += sum(1 for value in fresh.values() if value)
        if len(rows) < BATCH:
            return count
        last = rows[-1].key
