"""Stop switches as they stand, and their history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from assistant.domain.limits import Limits
from assistant.storage.direct import AnyConnection
from assistant.storage.prepared import often
from assistant.storage.switch_tables import SwitchRow
from assistant.storage.tables import new_id

Table: Any = SwitchRow.__table__
STANDING = often(select(Table).where(Table.c.lifted_at.is_(None)).order_by(Table.c.set_at))


@dataclass(frozen=True, slots=True)
class Switch:
    """One stop: of what, how, by whom and why.

    `mode` is `pause`, `quote` for answers word for word only, or `alert`: nothing stops, but somebody must look.
    For `all`, `target` names the live indicator that set it, or is empty.
    """

    id: str
    scope: str
    target: str
    mode: str
    why: str
    set_by: str
    set_at: datetime
    lifted_by: str = ""
    lifted_why: str = ""
    lifted_at: datetime | None = None


class Switches:
    """Every query on `service_switch` lives here."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def standing(self) -> list[Switch]:
        """Return what is stopped now, oldest first."""
        return [as_switch(row) for row in await self._connection.execute(STANDING)]

    async def history(self, limit: int = 100) -> list[Switch]:
        """Return all stops, newest first."""
        statement = select(Table).order_by(Table.c.set_at.desc()).limit(limit)
        return [as_switch(row) for row in await self._connection.execute(statement)]

    async def limits(self, channel: str) -> Limits:
        """Return what a turn on this channel must do without."""
        standing = await self.standing()
        wide = [one for one in standing if one.scope == "all" or (one.scope == "channel" and one.target == channel)]
        return Limits(
            paused=any(one.mode == "pause" for one in wide),
            # A rail that is stopped is one that nobody trusts now, so no model's words may rest on it.
            quoted=any(one.mode == "quote" for one in wide) or any(one.scope == "rail" for one in standing),
            topics=tuple(one.target for one in standing if one.scope == "topic"),
        )

    async def set(self, scope: str, target: str, mode: str, why: str, by: str, at: datetime) -> str:
        """Stop something; return the switch's id."""
        row = {"id": new_id(), "scope": scope, "target": target, "mode": mode, "why": why, "set_by": by, "set_at": at,
               "lifted_by": "", "lifted_why": ""}  # fmt: skip
        await self._connection.execute(insert(Table), row)
        return str(row["id"])

    async def lift(self, switch_id: str, why: str, by: str, at: datetime) -> bool:
        """Let it go on; False when it was not standing."""
        done = await self._connection.execute(
            update(Table)
            .where(Table.c.id == switch_id, Table.c.lifted_at.is_(None))
            .values(lifted_by=by, lifted_why=why, lifted_at=at)
        )
        return bool(done.rowcount)


def as_switch(row: Any) -> Switch:
    return Switch(
        row.id, row.scope, row.target, row.mode, row.why, row.set_by, row.set_at,
        row.lifted_by, row.lifted_why, row.lifted_at,
    )  # fmt: skip
