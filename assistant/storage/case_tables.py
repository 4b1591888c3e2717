"""The tables of cases: what happened to each, who was told, what staff noted and sent on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.tables import Base, UtcTime, new_id


class CaseEventRow(Base):
    """One change of a case: a state, an alert told again, a breach. `by` is `staff:<id>`, `carer` or `system`."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("escalation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    by: Mapped[str] = mapped_column(String(72))
    at: Mapped[datetime] = mapped_column(UtcTime)


class CaseAlertRow(Base):
    """One alert to one target. Stored with the case and sent after the commit, so that no crash loses it."""

    __tablename__ = "case_alert"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'sent', 'failed')", name="state_known"),
        Index("ix_case_alert_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("escalation.id", ondelete="CASCADE"), index=True)
    level: Mapped[int]
    target: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(8), default="pending", server_default="pending")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)


class NoteRow(Base):
    """What a member of staff wrote down about a conversation, sealed. The carer never sees it."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(72))
    by_name: Mapped[str] = mapped_column(String(80))
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcTime)


class FeedbackRow(Base):
    """A carer's thumb for one answer: 1 is up, -1 is down, with a reason when one was given."""

    __tablename__ = "feedback"
    __table_args__ = (CheckConstraint("score in (1, -1)", name="score_known"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    turn_id: Mapped[str] = mapped_column(String(32), index=True)
    score: Mapped[int]
    reason: Mapped[str] = mapped_column(String(24), default="", server_default="")
    at: Mapped[datetime] = mapped_column(UtcTime)


class ReportRow(Base):
    """Something that staff opened from a conversation: a wrong decision, a complaint, an incident, a rights request."""

    __tablename__ = "thread_report"
    __table_args__ = (
        CheckConstraint("kind in ('wrong_decision', 'complaint', 'incident', 'rights_request')", name="kind_known"),
        Index("ix_thread_report_open", "kind", "closed_at", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    turn_id: Mapped[str | None] = mapped_column(String(32))
    detail_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str] = mapped_column(String(72))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When it must be acknowledged or answered by."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
