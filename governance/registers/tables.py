"""Tables of the registers and of the records written from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Index, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.storage.tables import NAMES, UtcTime, new_id


class Base(DeclarativeBase):
    """Share the naming convention of the other rooms."""

    metadata = MetaData(naming_convention=NAMES)


class EntryRow(Base):
    """One entry of a register as it stands. `number` counts within the register."""

    __tablename__ = "register_entry"
    __table_args__ = (UniqueConstraint("register", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    register: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    made_up: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether it came with the demonstration."""
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """For a decision: what was known when it was taken, and its hash."""
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class ChangeRow(Base):
    """One change of an entry: the whole of it as it stood after."""

    __tablename__ = "register_change"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(String(32), index=True)
    version: Mapped[int]
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcTime)


class RecordTextRow(Base):
    """What a person wrote into one field of a record. It stays when the record is made anew."""

    __tablename__ = "record_text"

    record: Mapped[str] = mapped_column(String(40), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)


class RecordVersionRow(Base):
    """A record as it was approved: the whole text, for the diff against the next."""

    __tablename__ = "record_version"
    __table_args__ = (Index("ix_record_version_newest", "record", "number", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    record: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    approved_by: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime] = mapped_column(UtcTime)
    why: Mapped[str] = mapped_column(Text, default="", server_default="")


class ReportRow(Base):
    """A board pack as it was made, so that a figure in it can be explained and worked out again later."""

    __tablename__ = "board_report"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    starts_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    release_id: Mapped[str] = mapped_column(String(24))
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
