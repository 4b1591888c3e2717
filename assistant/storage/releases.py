"""Releases that have served, and which one serves now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from assistant.storage.direct import AnyConnection
from assistant.storage.prepared import often
from assistant.storage.switch_tables import ActivationRow
from assistant.storage.tables import ReleaseRow

Activations: Any = ActivationRow.__table__
NEWEST = often(select(Activations).order_by(Activations.c.number.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Activation:
    """The release that serves, since when, and who made it so. One that is not approved serves only outside `live`."""

    release_id: str
    is_approved: bool
    by: str
    at: datetime


class Releases:
    """Every query on `release` and `release_activation` lives here."""

    def __init__(self, connection: AnyConnection, dialect_insert: Callable[..., Any]) -> None:
        self._connection = connection
        self._insert = dialect_insert

    async def note(self, release_id: str, facts: dict[str, Any], at: datetime) -> None:
        """Record a release the first time that a process could serve it."""
        row = {"id": release_id, "facts": facts, "first_served_at": at}
        await self._connection.execute(self._insert(ReleaseRow).values(**row).on_conflict_do_nothing())

    async def facts(self, release_id: str) -> dict[str, Any] | None:
        found = await self._connection.execute(select(ReleaseRow.facts).where(ReleaseRow.id == release_id))
        facts: dict[str, Any] | None = found.scalar()
        return facts

    async def active(self) -> Activation | None:
        """Return what serves now; None while nothing was ever activated."""
        row = (await self._connection.execute(NEWEST)).first()
        return as_activation(row) if row else None

    async def history(self, limit: int = 50) -> list[Activation]:
        """Return what served, newest first."""
        statement = select(Activations).order_by(Activations.c.number.desc()).limit(limit)
        return [as_activation(row) for row in await self._connection.execute(statement)]

    async def activate(self, release_id: str, is_approved: bool, by: str, at: datetime) -> None:
        """Make a release the one that serves. Governance asks its gate first; nothing else may call this."""
        row = {"release_id": release_id, "is_approved": is_approved, "by": by, "at": at}
        await self._connection.execute(insert(Activations), row)


def as_activation(row: Any) -> Activation:
    return Activation(row.release_id, row.is_approved, row.by, row.at)
