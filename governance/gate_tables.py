"""Tables of the gate and of the audit log's checkpoints."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.storage.tables import NAMES, UtcTime, new_id

BigNumber = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Share the naming convention of the other rooms."""

    metadata = MetaData(naming_convention=NAMES)


class CheckpointRow(Base):
    """A signed statement of how the audit log stood. `document` is the signed text, byte for byte."""

    __tablename__ = "audit_checkpoint"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigNumber)
    document: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime] = mapped_column(UtcTime)
    sent_to: Mapped[list[str]] = mapped_column(JSON, default=list)


class ProposalRow(Base):
    """A release put forward to serve, with all that it is made of."""

    __tablename__ = "release_proposal"
    __table_args__ = (CheckConstraint("path in ('full', 'light', 'emergency')", name="path_known"),)

    release_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[str] = mapped_column(String(12))
    why: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime] = mapped_column(UtcTime)


class ApprovalRow(Base):
    """What one person decided about a proposed release, in which of their roles."""

    __tablename__ = "release_approval"
    __table_args__ = (
        CheckConstraint("decision in ('approve', 'reject', 'review')", name="decision_known"),
        Index("ix_release_approval_release_id", "release_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    release_id: Mapped[str] = mapped_column(String(24))
    staff_id: Mapped[str] = mapped_column(String(64))
    roles: Mapped[list[str]] = mapped_column(JSON)
    decision: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class AcceptanceRow(Base):
    """The board accepts, by name and for a time, that a suite has too little evidence."""

    __tablename__ = "release_acceptance"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    release_id: Mapped[str] = mapped_column(String(24), index=True)
    suite: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)
