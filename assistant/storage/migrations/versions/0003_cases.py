"""Create the tables of cases, notes, alerts and feedback, and widen conversations, cases and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
INDEXES = {
    "conversation": {
        "ix_conversation_held_by": ["held_by"],
        "ix_conversation_last_inbound_at": ["last_inbound_at"],
    },
    "outbound_message": {"ix_outbound_message_conversation": ["conversation_id", "id"]},
    "escalation": {
        "ix_escalation_queue": ["resolved_at", "rank", "due_at"],
        "ix_escalation_conversation": ["conversation_id", "created_at"],
        "ix_escalation_tell_again": ["tell_again_at"],
        "ix_escalation_owner": ["owner"],
    },
}


def widened() -> dict[str, list[sa.Column]]:
    """Return the further columns by table, made afresh because a column belongs to one table only."""
    return {
        "conversation": [
            sa.Column("held_by", sa.String(length=64), nullable=True),
            sa.Column("held_by_name", sa.String(length=80), server_default="", nullable=False),
            sa.Column("staff_read_at", TIME, nullable=True),
            sa.Column("answers_since_ask", sa.Integer(), server_default="0", nullable=False),
            sa.Column("awaiting", sa.String(length=8), server_default="", nullable=False),
        ],
        "outbound_message": [
            sa.Column("send_after", TIME, nullable=True),
            sa.Column("approval", sa.String(length=12), server_default="", nullable=False),
            sa.Column("written_by", sa.String(length=72), server_default="", nullable=False),
            sa.Column("template", sa.String(length=34), server_default="", nullable=False),
        ],
        "escalation": [
            sa.Column("rank", sa.Integer(), server_default="2", nullable=False),
            sa.Column("team", sa.String(length=40), server_default="carers", nullable=False),
            sa.Column("owner", sa.String(length=64), nullable=True),
            sa.Column("owner_name", sa.String(length=80), server_default="", nullable=False),
            sa.Column("due_at", TIME, nullable=True),
            sa.Column("tell_again_at", TIME, nullable=True),
            sa.Column("alert_level", sa.Integer(), server_default="0", nullable=False),
            sa.Column("breached_at", TIME, nullable=True),
            sa.Column("resolved_at", TIME, nullable=True),
        ],
    }


def upgrade() -> None:
    for table, columns in widened().items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(column)
            for name, indexed in INDEXES[table].items():
                batch.create_index(name, indexed)
    op.create_index("ix_turn_finished_at", "turn", ["finished_at"])
    _create_case_event()
    _create_case_alert()
    _create_note()
    _create_feedback()
    _create_report()


def _create_case_event() -> None:
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=72), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["escalation.id"], name=op.f("fk_case_event_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"])


def _create_case_alert() -> None:
    op.create_table(
        "case_alert",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.CheckConstraint("state in ('pending', 'sent', 'failed')", name=op.f("ck_case_alert_state_known")),
        sa.ForeignKeyConstraint(["case_id"], ["escalation.id"], name=op.f("fk_case_alert_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_alert")),
    )
    op.create_index("ix_case_alert_due", "case_alert", ["state", "next_at"])
    op.create_index(op.f("ix_case_alert_case_id"), "case_alert", ["case_id"])


def _create_note() -> None:
    op.create_table(
        "case_note",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=72), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_case_note_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(op.f("ix_case_note_conversation_id"), "case_note", ["conversation_id"])


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("turn_id", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), server_default="", nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("score in (1, -1)", name=op.f("ck_feedback_score_known")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_feedback_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_conversation_id"), "feedback", ["conversation_id"])
    op.create_index(op.f("ix_feedback_turn_id"), "feedback", ["turn_id"])


def _create_report() -> None:
    op.create_table(
        "thread_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("turn_id", sa.String(length=32), nullable=True),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=72), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("acknowledged_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.CheckConstraint(
            "kind in ('wrong_decision', 'complaint', 'incident', 'rights_request')",
            name=op.f("ck_thread_report_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_thread_report_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_report")),
    )
    op.create_index("ix_thread_report_open", "thread_report", ["kind", "closed_at", "due_at"])
    op.create_index(op.f("ix_thread_report_conversation_id"), "thread_report", ["conversation_id"])


def downgrade() -> None:
    for table in ("thread_report", "feedback", "case_note", "case_alert", "case_event"):
        op.drop_table(table)
    op.drop_index("ix_turn_finished_at", "turn")
    for table, columns in widened().items():
        with op.batch_alter_table(table) as batch:
            for name in INDEXES[table]:
                batch.drop_index(name)
            for column in columns:
                batch.drop_column(column.name)
