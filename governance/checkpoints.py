"""Signed checkpoints of the audit log, made every few minutes and kept where the service cannot change them."""

import base64
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select

from assistant.errors import KeyUnfit
from assistant.settings import Settings
from assistant.storage.audit import START, as_json, entry_text
from assistant.storage.audit_tables import AuditEntryRow
from assistant.storage.keys import kept_keys
from assistant.storage.store import Store
from governance.gate_tables import CheckpointRow
from governance.verify_audit import Checkpoint, Entry, merkle_root

EVERY = timedelta(minutes=5)
MOST = 1_000
"""Entries under one checkpoint."""
PAGE = 5_000
"""Entries read at a time."""
Entries: Any = AuditEntryRow.__table__
Checkpoints: Any = CheckpointRow.__table__


@dataclass(frozen=True)
class Signer:
    """Signs with the service's Ed25519 key."""

    key: Ed25519PrivateKey

    def sign(self, document: str) -> str:
        return base64.b64encode(self.key.sign(document.encode())).decode()

    @property
    def public(self) -> str:
        """The public key in base64, for the board to write down."""
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()


def load_signer(settings: Settings) -> Signer:
    """Read the signing key from the settings, or outside `live` make it once in `var`."""
    given = settings.audit_key.get_secret_value()
    if not given and settings.environment == "live":
        raise KeyUnfit("KITH_AUDIT_KEY must be set when KITH_ENVIRONMENT=live. Make one with: kith audit new-key")
    text = given or kept_keys(settings.var / "keys" / "audit.key", new_signing_key())[0]
    try:
        return Signer(Ed25519PrivateKey.from_private_bytes(base64.b64decode(text)))
    except ValueError:
        raise KeyUnfit("KITH_AUDIT_KEY must be 32 bytes in base64. Make one with: kith audit new-key") from None


def new_signing_key() -> str:
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


async def make_checkpoints(store: Store, signer: Signer, now: datetime, at_least: int = 1) -> int:
    """Sign all entries that no checkpoint covers yet, at most `MOST` under each; return how many checkpoints were made.

    Nothing is made while fewer than `at_least` entries wait, unless the last checkpoint is older than `EVERY`.
    """
    made = 0
    while True:
        async with store.write() as work:
            before = (
                await work.connection.execute(select(Checkpoints).order_by(Checkpoints.c.number.desc()).limit(1))
            ).first()
            wanted = 1 if before is None or now - before.at >= EVERY else at_least
            first = before.last + 1 if before else 1
            rows = await page_of(work.connection, first, MOST)
            if (not made and len(rows) < wanted) or not rows:
                return made
            one = stated(rows, before, now, signer)
            row = {"number": one.says["number"], "last": one.says["last"], "document": one.document,
                   "signature": one.signature, "at": now, "sent_to": []}  # fmt: skip
            await work.connection.execute(insert(Checkpoints), row)
        made += 1


def stated(rows: Sequence[Entry], before: Any, now: datetime, signer: Signer) -> Checkpoint:
    """Return the signed statement about some entries."""
    document = as_json(
        {
            "number": before.number + 1 if before else 1,
            "first": rows[0].number,
            "last": rows[-1].number,
            "before": rows[0].previous,
            "last_hash": rows[-1].hash,
            "root": merkle_root([bytes.fromhex(row.hash) for row in rows]),
            "previous": hashlib.sha256(before.document.encode()).hexdigest() if before else START,
            "at": now.isoformat(),
        }
    )
    return Checkpoint(document, signer.sign(document))


async def page_of(connection: Any, first: int, limit: int) -> list[Entry]:
    """Return entries from a number on."""
    statement = select(Entries).where(Entries.c.number >= first).order_by(Entries.c.number).limit(limit)
    return [as_entry(row) for row in await connection.execute(statement)]


def as_entry(row: Any) -> Entry:
    return Entry(row.number, row.previous, row.hash, entry_text(row._mapping).encode())


async def all_entries(store: Store, first: int = 1, last: int | None = None) -> AsyncIterator[list[Entry]]:
    """Yield the log page by page."""
    while True:
        async with store.read() as work:
            rows = await page_of(work.connection, first, PAGE)
        rows = [row for row in rows if last is None or row.number <= last]
        if not rows:
            return
        yield rows
        first = max(first, rows[-1].number) + 1


async def all_checkpoints(store: Store) -> list[Checkpoint]:
    async with store.read() as work:
        rows = await work.connection.execute(select(Checkpoints).order_by(Checkpoints.c.number))
        return [Checkpoint(row.document, row.signature) for row in rows]
