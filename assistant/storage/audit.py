"""The audit log: what was decided or done, by whom, in a chain of hashes.

An entry holds references and keyed hashes only, so erasing a person leaves the chain whole. Entries noted in one
transaction are written as its last statements: then only they wait for other writers of the log, and never while
holding a row that those need.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text

from assistant.storage.audit_tables import AuditEntryRow
from assistant.storage.direct import AnyConnection
from assistant.storage.prepared import often

Table: Any = AuditEntryRow.__table__
ADD = often(insert(Table))
LAST = often(select(Table.c.number, Table.c.hash).order_by(Table.c.number.desc()).limit(1))
ONE_AT_A_TIME = text("select pg_advisory_xact_lock(7034913042)")
"""PostgreSQL: held until the commit, so that no two transactions follow the same entry. SQLite has one writer anyway."""
START = "0" * 64
"""What the first entry names as the hash before it."""
LONGEST = 300
"""Characters of a fact. Longer text belongs in a table, with its hash here."""
WHAT = re.compile(r"[a-z][a-z0-9_]{1,59}")
WHO = re.compile(r"system|carer|operator|staff:[A-Za-z0-9_-]{1,64}")
ABOUT = re.compile(r"|[a-z_]{1,30}:[A-Za-z0-9._:/-]{1,88}")
Scalar = str | int | float | bool | None


class Audit:
    """Writes to the log in the transaction of the change that it tells of."""

    def __init__(self, connection: AnyConnection, reads_only: bool = False) -> None:
        self._connection = connection
        self._reads_only = reads_only
        self._waiting: list[dict[str, Any]] = []

    async def note(self, what: str, who: str, about: str, facts: Mapping[str, Scalar], at: datetime) -> None:
        """Add one entry, written when the transaction commits and gone when it does not.

        Args:
            what: What happened, such as `turn_decided`.
            who: `system`, `carer`, `operator` (somebody at the command line) or `staff:<id>`.
            about: An opaque reference such as `turn:<id>`, or empty. Never a name, number or address.
            facts: Scalars that hold no personal words.
            at: When, with a time zone.
        """
        if self._reads_only:
            raise RuntimeError("A transaction that only reads cannot note anything: open it with store.write().")
        check_words(what, who, about, facts)
        self._waiting.append({"at": exact(at), "what": what, "who": who, "about": about, "facts": as_json(dict(facts))})

    async def flush(self) -> None:
        """Write what was noted. The store calls this as the last thing before the commit."""
        if not self._waiting:
            return
        if self._connection.dialect.name != "sqlite":
            await self._connection.execute(ONE_AT_A_TIME)
        last = (await self._connection.execute(LAST)).first()
        number, previous = (last[0], last[1]) if last else (0, START)
        waiting, self._waiting = self._waiting, []
        for row in waiting:
            number += 1
            row |= {"number": number, "previous": previous}
            previous = row["hash"] = entry_hash(row)
        await self._connection.execute(ADD, waiting)


def check_words(what: str, who: str, about: str, facts: Mapping[str, Scalar]) -> None:
    """Refuse what could carry a person's words or address into a log that forgets nothing."""
    for name, value, shape in (("what", what, WHAT), ("who", who, WHO), ("about", about, ABOUT)):
        if not shape.fullmatch(value):
            raise ValueError(f"An audit entry's `{name}` must look like {shape.pattern}")
    for name, fact in facts.items():
        if not isinstance(fact, Scalar):
            raise TypeError(f"The fact `{name}` of an audit entry must be a single value.")
        if isinstance(fact, str) and len(fact) > LONGEST:
            raise ValueError(f"The fact `{name}` of an audit entry is too long: note its hash instead.")


def entry_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 over an entry."""
    return hashlib.sha256(entry_text(row).encode()).hexdigest()


def entry_text(row: Mapping[str, Any]) -> str:
    """Return what is hashed: an entry's fields, in a fixed order, as compact JSON."""
    return as_json([row[name] for name in ("number", "at", "what", "who", "about", "facts", "previous")])


def exact(at: datetime) -> str:
    """Return the time as text of fixed length, in UTC."""
    if at.tzinfo is None:
        raise ValueError("A time without a zone cannot be noted: use datetime.now(UTC).")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
