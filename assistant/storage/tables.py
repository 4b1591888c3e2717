"""The tables of the running service. Text and addresses are stored encrypted; look-ups go by keyed hash."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, Integer, LargeBinary, MetaData, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A time that is UTC on the way in and on the way out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored: use datetime.now(UTC).")
        return value.astimezone(UTC)

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


class CarerRow(Base):
    """One carer on one channel. The address is opaque: a phone number or a WhatsApp user id."""

    __tablename__ = "carer"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime, server_default=func.current_timestamp())


class ConversationRow(Base):
    """All exchange with one carer. `danger` lists the categories of a red flag not yet closed."""

    __tablename__ = "conversation"
    __table_args__ = (CheckConstraint("owner in ('assistant', 'person')", name="owner_known"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    carer_id: Mapped[str] = mapped_column(ForeignKey("carer.id", ondelete="CASCADE"), unique=True)
    owner: Mapped[str] = mapped_column(String(16), default="assistant", server_default="assistant")
    danger: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    nation: Mapped[str] = mapped_column(String(20), default="", server_default="")
    told_about_masking_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_inbound_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, server_default=func.current_timestamp())
    held_by: Mapped[str | None] = mapped_column(String(64), index=True)
    """The member of staff who owns the conversation; nobody else may answer in it."""
    held_by_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    staff_read_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answers_since_ask: Mapped[int] = mapped_column(default=0, server_default="0")
    """Answers since the carer was last asked whether one helped."""
    awaiting: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """What a bare "1" or "a" would answer: `thumb` after the question whether it helped, `reason` after a thumb down."""


class InboundMessageRow(Base):
    """One WhatsApp message as received. `provider_sid` makes receipt idempotent; no `turn_id` means unanswered."""

    __tablename__ = "inbound_message"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_inbound_message_unanswered", "conversation_id", "turn_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    provider_sid: Mapped[str] = mapped_column(String(34), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    turn_id: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    picked_up_at: Mapped[datetime | None] = mapped_column(UtcTime)


class TurnRow(Base):
    """One question and its handling: what was decided, by which release, on which passages."""

    __tablename__ = "turn"
    __table_args__ = (
        Index("ix_turn_conversation_finished", "conversation_id", "finished_at"),
        Index("ix_turn_finished_at", "finished_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    release_id: Mapped[str] = mapped_column(String(24))
    outcome: Mapped[str] = mapped_column(String(40), index=True)
    urgency: Mapped[str] = mapped_column(String(12))
    categories: Mapped[list[str]] = mapped_column(JSON)
    nation: Mapped[str] = mapped_column(String(20), default="")
    question_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reply_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    vector_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The masked question's embedding, for finding gaps; none when masking changed the words that were embedded."""
    findings: Mapped[list[Any]] = mapped_column(JSON)
    passages: Mapped[list[Any]] = mapped_column(JSON)
    citations: Mapped[list[Any]] = mapped_column(JSON)
    timings_ms: Mapped[list[Any]] = mapped_column(JSON)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime] = mapped_column(UtcTime)


class OutboundMessageRow(Base):
    """One message to send: stored before it is sent. `body_digest` finds it again at the provider."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        CheckConstraint("state in ('pending', 'sending', 'sent', 'failed', 'cancelled')", name="state_known"),
        Index("ix_outbound_message_state", "state", "created_at"),
        Index("ix_outbound_message_turn", "turn_id", "position"),
        Index("ix_outbound_message_conversation", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    turn_id: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(16))
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="pending", server_default="pending")
    provider_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    delivery_state: Mapped[str] = mapped_column(String(12), default="", server_default="")
    error_code: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    alerted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    sending_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    send_after: Mapped[datetime | None] = mapped_column(UtcTime)
    """Not before this: until then the person who wrote it can take it back."""
    approval: Mapped[str] = mapped_column(String(12), default="", server_default="")
    """`waiting` or `approved` for a draft in approve-before-send mode; empty otherwise."""
    written_by: Mapped[str] = mapped_column(String(72), default="", server_default="")
    """`staff:<id>` for what a person wrote or let out."""
    template: Mapped[str] = mapped_column(String(34), default="", server_default="")
    """ContentSid of the approved template to send instead of free text."""


class DeliveryEventRow(Base):
    """One status callback, kept even when its message is not known yet."""

    __tablename__ = "delivery_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    provider_sid: Mapped[str] = mapped_column(String(34), index=True)
    state: Mapped[str] = mapped_column(String(12))
    error_code: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(UtcTime)


class ConsentEventRow(Base):
    """The history of opting in and out, and of asking for deletion."""

    __tablename__ = "consent_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    carer_id: Mapped[str] = mapped_column(ForeignKey("carer.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcTime)


class DisclosureShownRow(Base):
    """Which version of the disclosure a carer was sent, in which message."""

    __tablename__ = "disclosure_shown"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    carer_id: Mapped[str] = mapped_column(ForeignKey("carer.id", ondelete="CASCADE"), index=True)
    version: Mapped[str] = mapped_column(String(24))
    outbound_id: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcTime)


class EscalationRow(Base):
    """A case for staff: why and how urgent, never the carer's words. `rank` sorts urgencies, 0 first."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index("ix_escalation_state", "state", "urgency"),
        Index("ix_escalation_queue", "resolved_at", "rank", "due_at"),
        Index("ix_escalation_conversation", "conversation_id", "created_at"),
        Index("ix_escalation_tell_again", "tell_again_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    turn_id: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(12))
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(16), default="open", server_default="open")
    alerted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    rank: Mapped[int] = mapped_column(default=2, server_default="2")
    team: Mapped[str] = mapped_column(String(40), default="carers", server_default="carers")
    owner: Mapped[str | None] = mapped_column(String(64), index=True)
    """The member of staff to whom the case is assigned."""
    owner_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    tell_again_at: Mapped[datetime | None] = mapped_column(UtcTime)
    alert_level: Mapped[int] = mapped_column(default=0, server_default="0")
    breached_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When the clock of the present state ran out. Every breach stays among the case's events."""
    resolved_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ReleaseRow(Base):
    """What a reply ran under: prompts, model, thresholds, policies, guidance and texts, hashed."""

    __tablename__ = "release"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_served_at: Mapped[datetime] = mapped_column(UtcTime)
