"""Reading and changing entries. Each change keeps who, when, why and the whole entry as it stood after."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from assistant.domain.roles import Act, Staff, require
from assistant.errors import KithError
from assistant.storage.audit import Scalar
from assistant.storage.store import Work
from assistant.storage.tables import new_id
from governance.registers.schema import Errors, Register, Values, registers
from governance.registers.tables import ChangeRow, EntryRow

Table: Any = EntryRow.__table__
Changes: Any = ChangeRow.__table__


class EntryWrong(KithError):
    """What was filled in cannot be kept. `errors` says by field why."""

    status_code = 422

    def __init__(self, register: Register, errors: Errors) -> None:
        self.errors = errors
        super().__init__(f"The {register.one} was not kept. " + " ".join(errors.values()))


class EntryMissing(KithError):
    """There is no such entry or register."""

    status_code = 404


class EntryMoved(KithError):
    """Somebody else has changed the entry meanwhile."""

    status_code = 409


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands."""

    id: str
    register: Register
    number: int
    version: int
    values: Values
    evidence: Mapping[str, Any] | None
    made_up: bool
    created_at: datetime
    changed_at: datetime

    @property
    def reference(self) -> str:
        """What people call it: `R-7`."""
        return f"{self.register.prefix}-{self.number}"

    @property
    def name(self) -> str:
        return self.register.name_of(self.values)

    def is_overdue(self, today: date) -> bool:
        return self.register.is_overdue(self.values, today)


@dataclass(frozen=True, slots=True)
class Change:
    """One step in an entry's history."""

    version: int
    who: str
    why: str
    at: datetime
    values: Values


def register_named(name: str) -> Register:
    """Return a register by its id. Raises `EntryMissing`."""
    if name not in registers():
        raise EntryMissing(f"There is no register called {name}. There are: {', '.join(registers())}.")
    return registers()[name]


async def entries(work: Work, register: str) -> list[Entry]:
    """Return the entries of a register, in the order in which they came."""
    rows = await work.connection.execute(select(Table).where(Table.c.register == register).order_by(Table.c.number))
    return [_entry(row) for row in rows.all()]


async def entry(work: Work, register: str, number: int) -> Entry:
    """Return one entry. Raises `EntryMissing`."""
    own = register_named(register)
    found = await work.connection.execute(select(Table).where(Table.c.register == own.id, Table.c.number == number))
    row = found.first()
    if row is None:
        raise EntryMissing(f"There is no {own.one} {own.prefix}-{number}.")
    return _entry(row)


async def history(work: Work, of: Entry) -> list[Change]:
    """Return every change of an entry, newest first."""
    rows = await work.connection.execute(
        select(Changes).where(Changes.c.entry_id == of.id).order_by(Changes.c.version.desc())
    )
    return [Change(row.version, row.who, row.why, row.at, dict(getattr(row, "values"))) for row in rows.all()]  # noqa: B009


async def add(
    work: Work, staff: Staff, register: str, raw: Values, at: datetime, evidence: Mapping[str, Any] | None = None
) -> Entry:
    """Add an entry. Raises `NotAllowed`, `EntryMissing` or `EntryWrong`; nothing is kept then."""
    own = register_named(register)
    require(staff, writes(own))
    return await put(work, own, raw, f"staff:{staff.id}", at, evidence)


async def put(
    work: Work, own: Register, raw: Values, who: str, at: datetime, evidence: Mapping[str, Any] | None = None,
    made_up: bool = False,
) -> Entry:  # fmt: skip
    """Add an entry without asking for a role: for the system's own entries and the demonstration's."""
    values = _checked(own, raw)
    last = (await work.connection.execute(select(func.max(Table.c.number)).where(Table.c.register == own.id))).scalar()
    frozen = None if evidence is None else {"content": dict(evidence), "sha256": digest(evidence)}
    entry_id, number = new_id(), int(last or 0) + 1
    row = {"id": entry_id, "register": own.id, "number": number, "version": 1, "made_up": made_up, "values": values,
           "evidence": frozen, "created_at": at, "changed_at": at}  # fmt: skip
    await work.connection.execute(insert(Table).values(row))
    await _keep(work, entry_id, 1, who, "Added.", values, at)
    await work.audit.note("register_added", who, f"{own.id}:{number}", {"version": 1, "values": digest(values)}, at)
    return await entry(work, own.id, number)


async def change(work: Work, staff: Staff, before: Entry, raw: Values, why: str, at: datetime) -> Entry:
    """Change an entry. `before` is the entry as the person saw it.

    Raises:
        NotAllowed: The person may not.
        EntryWrong: A value cannot be kept, or no reason was given.
        EntryMoved: Somebody else changed it meanwhile.
    """
    require(staff, writes(before.register))
    if not why.strip():
        raise EntryWrong(before.register, {"why": "Say why this changes: those who read the history will ask."})
    return await rewrite(work, before, raw, f"staff:{staff.id}", why.strip(), at)


async def rewrite(work: Work, before: Entry, raw: Values, who: str, why: str, at: datetime) -> Entry:
    """Change an entry without asking for a role: for what the system itself keeps in step."""
    own = before.register
    values = _checked(own, raw)
    done = await work.connection.execute(
        update(Table)
        .where(Table.c.id == before.id, Table.c.version == before.version)
        .values({"values": values, "version": before.version + 1, "changed_at": at})
    )
    if not done.rowcount:
        raise EntryMoved(
            f"Somebody else has changed {before.reference} since you opened it. Nothing of yours was kept. "
            "Open it again and make your change there."
        )
    await _keep(work, before.id, before.version + 1, who, why, values, at)
    facts: dict[str, Scalar] = {"version": before.version + 1, "values": digest(values)}
    await work.audit.note("register_changed", who, f"{own.id}:{before.number}", facts, at)
    return await entry(work, own.id, before.number)


def writes(register: Register) -> Act:
    """Return the act that changing this register is."""
    return Act.RECORD_DECISION if register.board_only else Act.EDIT_REGISTERS


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of some content, the same for the same content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _checked(register: Register, raw: Values) -> Values:
    values, errors = register.read(raw)
    if errors:
        raise EntryWrong(register, errors)
    return values


async def _keep(work: Work, entry_id: str, version: int, who: str, why: str, values: Values, at: datetime) -> None:
    row = {"id": new_id(), "entry_id": entry_id, "version": version, "who": who, "why": why, "values": values, "at": at}
    await work.connection.execute(insert(Changes).values(row))


def _entry(row: Any) -> Entry:
    own = row._mapping
    return Entry(
        own["id"], register_named(own["register"]), own["number"], own["version"], dict(own["values"]), own["evidence"],
        own["made_up"], own["created_at"], own["changed_at"],
    )  # fmt: skip
