"""The tables of evaluation: runs, their sealed details, and what people said of live answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.storage.tables import NAMES, UtcTime, new_id


class Base(DeclarativeBase):
    """Share one naming convention, so that a migration can drop what another made."""

    metadata = MetaData(naming_convention=NAMES)


class RunRow(Base):
    """One finished suite of one run. Rows are only ever added; `record_hash` shows when a detail was altered."""

    __tablename__ = "evaluation_run"
    __table_args__ = (
        CheckConstraint("verdict in ('pass', 'fail', 'insufficient', 'unscored')", name="verdict_known"),
        Index("ix_evaluation_run_release_id_suite", "release_id", "suite", "finished_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    batch: Mapped[str] = mapped_column(String(32), index=True)
    suite: Mapped[str] = mapped_column(String(40))
    release_id: Mapped[str] = mapped_column(String(24))
    verdict: Mapped[str] = mapped_column(String(12))
    is_whole: Mapped[bool]
    """False for a sample or somebody's own cases: shown, but no evidence for a release."""
    measures: Mapped[list[Any]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    record_hash: Mapped[str] = mapped_column(String(64))
    record_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime] = mapped_column(UtcTime)


class ReviewRow(Base):
    """A live turn that people are asked to judge. The words stay with the turn and go when it goes."""

    __tablename__ = "evaluation_review"
    __table_args__ = (
        CheckConstraint("state in ('open', 'disagreed', 'done')", name="state_known"),
        UniqueConstraint("turn_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    turn_id: Mapped[str] = mapped_column(String(32))
    release_id: Mapped[str] = mapped_column(String(24), index=True)
    why: Mapped[str] = mapped_column(String(24))
    week: Mapped[str] = mapped_column(String(8), index=True)
    state: Mapped[str] = mapped_column(String(12), default="open", server_default="open")
    is_right: Mapped[bool | None]
    """Settled answer to "is it right?", once two people agree or a third has decided."""
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class RatingRow(Base):
    """What one reviewer said of one turn, without seeing the other's view."""

    __tablename__ = "evaluation_rating"
    __table_args__ = (UniqueConstraint("review_id", "reviewer_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    review_id: Mapped[str] = mapped_column(String(32))
    reviewer_id: Mapped[str] = mapped_column(String(32))
    is_adjudication: Mapped[bool]
    is_right: Mapped[bool]
    is_kind: Mapped[bool]
    is_safe: Mapped[bool]
    is_complete: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class FoundCaseRow(Base):
    """A test case made from a live turn. It counts only once a second person has read the masked text."""

    __tablename__ = "evaluation_found_case"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    suite: Mapped[str] = mapped_column(String(40))
    case_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    written_by: Mapped[str] = mapped_column(String(32))
    approved_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcTime)


class EffectsRow(Base):
    """One look at what a version of guidance would change. Rows are only ever added: a later look stands beside an earlier one."""

    __tablename__ = "evaluation_effects"
    __table_args__ = (Index("ix_evaluation_effects_version", "document", "number", "made_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    document: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    who: Mapped[str] = mapped_column(String(72))
    changed: Mapped[int]
    better: Mapped[int]
    worse: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
