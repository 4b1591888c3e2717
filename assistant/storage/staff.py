"""Staff: accounts, invitations, recovery codes, accepted policies and training."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from assistant.domain.roles import Role, Staff
from assistant.storage.direct import AnyConnection
from assistant.storage.keys import Keys
from assistant.storage.sessions import roles_of
from assistant.storage.staff_tables import (
    PolicyAcceptanceRow,
    RecoveryCodeRow,
    StaffInvitationRow,
    StaffRow,
    TrainingRow,
)
from assistant.storage.tables import new_id

Person: Any = StaffRow.__table__
Invitation: Any = StaffInvitationRow.__table__
Code: Any = RecoveryCodeRow.__table__
Accepted: Any = PolicyAcceptanceRow.__table__
Training: Any = TrainingRow.__table__


@dataclass(frozen=True, slots=True)
class Account:
    """One account as stored. `totp_secret` is empty without a second factor; `totp_step` is the last one used."""

    id: str
    email: str
    name: str
    roles: frozenset[Role]
    password_hash: str
    totp_secret: str
    totp_step: int
    subject: str | None
    failures: int
    locked_until: datetime | None
    disabled_at: datetime | None
    signed_in_at: datetime | None
    created_at: datetime

    @property
    def staff(self) -> Staff:
        return Staff(self.id, self.name, self.roles)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A one-time link to join, or with a `staff_id` to set a new password. Only the token's hash is kept."""

    token_hash: str
    email: str
    roles: frozenset[Role]
    by: str
    staff_id: str | None = None


class StaffAccounts:
    """Every query on the tables of staff, but for sessions, lives here."""

    def __init__(self, connection: AnyConnection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def add(self, email: str, name: str, roles: frozenset[Role], at: datetime, **more: Any) -> str:
        """Add an account and return its id. The address must be free."""
        row = {"id": new_id(), "email": email.lower(), "name": name, "roles": sorted(roles), "totp_sealed": b"",
               "created_at": at, **more}  # fmt: skip
        await self._connection.execute(insert(Person).values(**row))
        return str(row["id"])

    async def change(self, staff_id: str, **values: Any) -> None:
        """Set columns of an account. A second factor's secret is given in clear as `totp_secret`."""
        if "totp_secret" in values:
            values["totp_sealed"] = self._keys.seal(values.pop("totp_secret"))
        await self._connection.execute(update(Person).where(Person.c.id == staff_id).values(**values))

    async def get(self, staff_id: str) -> Account | None:
        return await self._one(Person.c.id == staff_id)

    async def with_email(self, email: str) -> Account | None:
        return await self._one(Person.c.email == email.strip().lower())

    async def with_subject(self, subject: str) -> Account | None:
        return await self._one(Person.c.subject == subject)

    async def all(self) -> list[Account]:
        """Return everybody, by name."""
        rows = list(await self._connection.execute(select(Person).order_by(Person.c.name, Person.c.id)))
        return [self._account(row) for row in rows]

    async def with_role(self, role: Role) -> list[Account]:
        """Return the people who hold a role and are not disabled."""
        return [one for one in await self.all() if role in one.roles and one.disabled_at is None]

    async def count(self) -> int:
        return int((await self._connection.execute(select(func.count()).select_from(Person))).scalar_one())

    async def names(self) -> dict[str, str]:
        """Return each person's name by id, for pages that show who did something."""
        return {row.id: row.name for row in await self._connection.execute(select(Person.c.id, Person.c.name))}

    async def invite(self, made: NewLink, at: datetime, expires_at: datetime) -> str:
        """Store an invitation and return its id."""
        row = {"id": new_id(), "token_hash": made.token_hash, "email": made.email.lower(), "roles": sorted(made.roles),
               "invited_by": made.by, "created_at": at, "expires_at": expires_at, "staff_id": made.staff_id}  # fmt: skip
        await self._connection.execute(insert(Invitation).values(**row))
        return str(row["id"])

    async def invitation(self, token_hash: str) -> Any:
        """Return the invitation's row, or None."""
        return (await self._connection.execute(select(Invitation).where(Invitation.c.token_hash == token_hash))).first()

    async def open_invitations(self, at: datetime) -> list[Any]:
        """Return invitations to join that can still be used, newest first."""
        statement = select(Invitation).where(
            Invitation.c.used_at.is_(None), Invitation.c.expires_at > at, Invitation.c.staff_id.is_(None)
        )
        return list(await self._connection.execute(statement.order_by(Invitation.c.created_at.desc())))

    async def use_invitation(self, invitation_id: str, at: datetime) -> bool:
        """Mark an invitation as used; False when somebody was quicker."""
        statement = update(Invitation).where(Invitation.c.id == invitation_id, Invitation.c.used_at.is_(None))
        return int((await self._connection.execute(statement.values(used_at=at))).rowcount) == 1

    async def set_codes(self, staff_id: str, codes: list[str]) -> None:
        """Replace a person's recovery codes. Only their keyed hashes are kept."""
        await self._connection.execute(delete(Code).where(Code.c.staff_id == staff_id))
        for code in codes:
            await self._connection.execute(insert(Code).values(staff_id=staff_id, code_hash=self._hash(staff_id, code)))

    async def use_code(self, staff_id: str, code: str, at: datetime) -> bool:
        """Use up a recovery code; False when it is not there or was used."""
        unused = Code.c.staff_id == staff_id, Code.c.code_hash == self._hash(staff_id, code), Code.c.used_at.is_(None)
        return int((await self._connection.execute(update(Code).where(*unused).values(used_at=at))).rowcount) == 1

    async def codes_left(self, staff_id: str) -> int:
        statement = select(func.count()).where(Code.c.staff_id == staff_id, Code.c.used_at.is_(None))
        return int((await self._connection.execute(statement)).scalar_one())

    async def accept(self, staff_id: str, version: str, at: datetime) -> None:
        """Record that a person accepted the usage policy. Accepting twice keeps the first time."""
        held = select(Accepted.c.id).where(Accepted.c.staff_id == staff_id, Accepted.c.version == version)
        if (await self._connection.execute(held)).first() is None:
            await self._connection.execute(insert(Accepted).values(staff_id=staff_id, version=version, at=at))

    async def acceptances(self) -> list[Any]:
        """Return who accepted which version, newest first."""
        return list(await self._connection.execute(select(Accepted).order_by(Accepted.c.at.desc())))

    async def train(self, staff_id: str, course: str, done_on: date, by: str, at: datetime) -> None:
        """Record a course that a person has done."""
        row = {"staff_id": staff_id, "course": course, "done_on": done_on, "recorded_by": by, "at": at}
        await self._connection.execute(insert(Training).values(**row))

    async def trainings(self, staff_id: str = "") -> list[Any]:
        """Return courses done, of one person or of all, latest first."""
        statement = select(Training).order_by(Training.c.done_on.desc(), Training.c.id.desc())
        return list(
            await self._connection.execute(statement.where(Training.c.staff_id == staff_id) if staff_id else statement)
        )

    def _hash(self, staff_id: str, code: str) -> str:
        """Return what is stored of a recovery code. Case, spaces and dashes do not count."""
        return self._keys.digest(f"recovery {staff_id} {''.join(code.lower().replace('-', ' ').split())}")

    async def _one(self, condition: Any) -> Account | None:
        row = (await self._connection.execute(select(Person).where(condition))).first()
        return None if row is None else self._account(row)

    def _account(self, row: Any) -> Account:
        return Account(
            row.id, row.email, row.name, roles_of(row.roles), row.password_hash, self._keys.open(row.totp_sealed),
            row.totp_step, row.subject, row.failures, row.locked_until, row.disabled_at, row.signed_in_at,
            row.created_at,
        )  # fmt: skip
