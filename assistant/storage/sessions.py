"""Sessions of staff: who is signed in, in which browser. The browser's token is stored only as a hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from assistant.domain.roles import Role, Staff
from assistant.storage.direct import AnyConnection
from assistant.storage.staff_tables import PolicyAcceptanceRow, StaffRow, StaffSessionRow
from assistant.storage.tables import new_id

Session: Any = StaffSessionRow.__table__
Person: Any = StaffRow.__table__
Accepted: Any = PolicyAcceptanceRow.__table__

OF_TOKEN = (
    select(
        Session, Person.c.name, Person.c.roles, Person.c.disabled_at,
        select(Accepted.c.id)
        .where(Accepted.c.staff_id == Session.c.staff_id, Accepted.c.version == bindparam("version"))
        .exists()
        .label("has_accepted"),
    )
    .join(Person, Person.c.id == Session.c.staff_id)
    .where(Session.c.token_hash == bindparam("token_hash"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session as stored. `stage` is `full` once every factor was shown; `proved_at` is when one was last shown."""

    id: str
    staff: Staff
    stage: str
    created_at: datetime
    seen_at: datetime
    proved_at: datetime
    has_accepted: bool


def fresh_token() -> str:
    """Return a token that nobody can guess, 43 characters."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a token. A plain hash is enough: the token is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Every query on `staff_session` lives here."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def open(self, staff_id: str, stage: str, at: datetime, proved_at: datetime | None = None) -> str:
        """Open a session and return its token, which is shown to the browser alone."""
        token = fresh_token()
        row = {"id": new_id(), "token_hash": token_hash(token), "staff_id": staff_id, "stage": stage,
               "created_at": at, "seen_at": at, "proved_at": proved_at or at}  # fmt: skip
        await self._connection.execute(insert(Session).values(**row))
        return token

    async def find(self, token: str, version: str) -> OpenSession | None:
        """Return the session of a token, with whether its owner accepted this policy version. None when disabled."""
        given = {"token_hash": token_hash(token), "version": version}
        row = (await self._connection.execute(OF_TOKEN, given)).first()
        if row is None or row.disabled_at is not None:
            return None
        staff = Staff(row.staff_id, row.name, roles_of(row.roles))
        return OpenSession(row.id, staff, row.stage, row.created_at, row.seen_at, row.proved_at, bool(row.has_accepted))

    async def seen(self, session_id: str, at: datetime) -> None:
        await self._connection.execute(update(Session).where(Session.c.id == session_id).values(seen_at=at))

    async def proved(self, session_id: str, at: datetime) -> None:
        """Note that the person has shown again who they are."""
        await self._connection.execute(update(Session).where(Session.c.id == session_id).values(proved_at=at))

    async def end(self, session_id: str) -> None:
        await self._connection.execute(delete(Session).where(Session.c.id == session_id))

    async def end_all(self, staff_id: str, but: str = "") -> int:
        """End every session of a person, `but` one; return how many ended."""
        statement = delete(Session).where(Session.c.staff_id == staff_id, Session.c.id != but)
        return int((await self._connection.execute(statement)).rowcount)

    async def of_staff(self, staff_id: str) -> list[Any]:
        """Return a person's sessions, newest first."""
        statement = select(Session).where(Session.c.staff_id == staff_id).order_by(Session.c.created_at.desc())
        return list(await self._connection.execute(statement))


def roles_of(names: list[str]) -> frozenset[Role]:
    """Return the roles that these names stand for. A name that is no longer a role gives nothing."""
    known = {role.value for role in Role}
    return frozenset(Role(name) for name in names if name in known)
