"""Releases that have served."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from assistant.storage.direct import AnyConnection
from assistant.storage.tables import ReleaseRow


class Releases:
    """Every query on `release` lives here."""

    def __init__(self, connection: AnyConnection, insert: Callable[..., Any]) -> None:
        self._connection = connection
        self._insert = insert

    async def note(self, release_id: str, facts: dict[str, Any], at: datetime) -> None:
        """Record a release the first time that it serves."""
        row = {"id": release_id, "facts": facts, "first_served_at": at}
        await self._connection.execute(self._insert(ReleaseRow).values(**row).on_conflict_do_nothing())
