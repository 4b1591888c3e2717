"""The tables of the safety checks: how often each fired, which decisions people overturned, and proposed changes of words."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.tables import Base, UtcTime, new_id


class RailCountRow(Base):
    """What one rail did on one day under one release. The rail `turns` counts the turns themselves."""

    __tablename__ = "rail_count"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    release_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    rail: Mapped[str] = mapped_column(String(40), primary_key=True)
    fired: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    errors: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    overturned: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class RailReviewRow(Base):
    """A person's judgement on a decision that was reported as wrong. One for each report."""

    __tablename__ = "rail_review"
    __table_args__ = (CheckConstraint("decision in ('overturned', 'upheld')", name="decision_known"),)

    report_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    turn_id: Mapped[str] = mapped_column(String(32), index=True)
    release_id: Mapped[str] = mapped_column(String(24))
    rail: Mapped[str] = mapped_column(String(40), index=True)
    decision: Mapped[str] = mapped_column(String(12))
    note_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str] = mapped_column(String(72))
    at: Mapped[datetime] = mapped_column(UtcTime)


class RailDraftRow(Base):
    """A proposed policy file. Whoever approves it is not whoever wrote it."""

    __tablename__ = "rail_draft"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'approved', 'rejected')", name="state_known"),
        CheckConstraint("decided_by is null or decided_by <> written_by", name="four_eyes"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    file: Mapped[str] = mapped_column(String(60), index=True)
    text: Mapped[str] = mapped_column(Text)
    base: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """Digest of the text that came with Kith when this was written."""
    why: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12), default="draft", server_default="draft")
    written_by: Mapped[str] = mapped_column(String(72))
    written_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_by: Mapped[str | None] = mapped_column(String(72))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
