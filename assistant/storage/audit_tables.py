"""The table of the audit log: entries that are only ever added, each sealing the one before it."""

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.tables import Base

BigNumber = BigInteger().with_variant(Integer, "sqlite")


class AuditEntryRow(Base):
    """One thing that was decided or done. `hash` covers every other column, `previous` is the hash before it.

    Times and facts are kept as the exact text that was hashed, so that both databases give back the same bytes.
    """

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(60), index=True)
    who: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(120))
    facts: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
