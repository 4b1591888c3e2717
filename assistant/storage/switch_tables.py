"""Tables that every turn obeys: which release serves, and what is stopped."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.tables import Base, UtcTime, new_id


class ActivationRow(Base):
    """A release was made the one that serves. The newest row counts; going back is one more row."""

    __tablename__ = "release_activation"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    release_id: Mapped[str] = mapped_column(String(24))
    is_approved: Mapped[bool]
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)


class SwitchRow(Base):
    """Somebody, or the circuit breaker, stopped part of the service. It holds until it is lifted."""

    __tablename__ = "service_switch"
    __table_args__ = (
        CheckConstraint("scope in ('all', 'channel', 'topic', 'rail')", name="scope_known"),
        CheckConstraint("mode in ('pause', 'quote', 'alert')", name="mode_known"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    scope: Mapped[str] = mapped_column(String(12))
    target: Mapped[str] = mapped_column(String(80))
    mode: Mapped[str] = mapped_column(String(8))
    why: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime] = mapped_column(UtcTime)
    lifted_by: Mapped[str] = mapped_column(String(64), default="")
    lifted_why: Mapped[str] = mapped_column(Text, default="")
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
