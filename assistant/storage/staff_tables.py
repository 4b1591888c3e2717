"""The tables of staff: accounts, sessions, invitations, recovery codes, accepted policies, training.

A password, token or code is stored only as a hash; a second factor's secret is sealed.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.tables import Base, UtcTime, new_id


class StaffRow(Base):
    """One member of staff. `email` is in lower case. No `password_hash` means that only single sign-on lets them in."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_not_negative"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    roles: Mapped[list[str]] = mapped_column(JSON)
    password_hash: Mapped[str] = mapped_column(String(255), default="", server_default="")
    totp_sealed: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    totp_step: Mapped[int] = mapped_column(default=0, server_default="0")
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class StaffSessionRow(Base):
    """One browser that is signed in, or half way there. The browser holds the token, this row only its hash."""

    __tablename__ = "staff_session"
    __table_args__ = (CheckConstraint("stage in ('code', 'set_up', 'full')", name="stage_known"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    proved_at: Mapped[datetime] = mapped_column(UtcTime)


class StaffInvitationRow(Base):
    """A one-time link: to join with these roles, or, with a `staff_id`, to set a new password."""

    __tablename__ = "staff_invitation"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    roles: Mapped[list[str]] = mapped_column(JSON)
    invited_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RecoveryCodeRow(Base):
    """One spare code for a lost phone. It works once."""

    __tablename__ = "staff_recovery_code"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class PolicyAcceptanceRow(Base):
    """Who accepted which version of the usage policy, and when."""

    __tablename__ = "staff_policy_acceptance"
    __table_args__ = (Index("ix_staff_policy_acceptance_once", "staff_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    version: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcTime)


class TrainingRow(Base):
    """A course that a member of staff has done."""

    __tablename__ = "staff_training"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    course: Mapped[str] = mapped_column(String(120))
    done_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcTime)
