"""The tables of guidance: documents, their immutable versions, what was done to each, and what was live when."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, Integer, MetaData, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
STATES = ("draft", "in_review", "approved", "published", "superseded", "withdrawn")


class UtcTime(TypeDecorator[datetime]):
    """A time that is UTC on the way in and on the way out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """Return a fresh opaque id, 32 hexadecimal characters."""
    return uuid4().hex


class Base(DeclarativeBase):
    """Share one naming convention, so that a migration can drop what another made."""

    metadata = MetaData(naming_convention=NAMES)


class DocumentRow(Base):
    """One document. `live_id` is its published version; null when it was never published or is withdrawn."""

    __tablename__ = "guidance_document"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    live_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class VersionRow(Base):
    """One version: its text never changes, its state does. `facts` repeats the front matter for lists."""

    __tablename__ = "guidance_version"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(repr(one) for one in STATES)})", name="state_known"),
        Unique("slug", "number"),
        Index("ix_guidance_version_state", "state"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(ForeignKey("guidance_document.slug"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    origin: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    authors: Mapped[list[str]] = mapped_column(JSON)
    approved_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class EventRow(Base):
    """One change: what, who, when, why. Never altered."""

    __tablename__ = "guidance_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    slug: Mapped[str] = mapped_column(String(120), index=True)
    version_id: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class PublicationRow(Base):
    """One guidance version: the hash over the published set, and that set, so that any of them can be built again."""

    __tablename__ = "guidance_publication"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    version: Mapped[str] = mapped_column(String(24), index=True)
    members: Mapped[dict[str, str]] = mapped_column(JSON)
    who: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)
