"""Create the tables of rail counters, reviewed decisions and proposed changes of policy."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rail_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("rail", sa.String(length=40), nullable=False),
        sa.Column("fired", sa.Integer(), server_default="0", nullable=False),
        sa.Column("errors", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overturned", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("day", "release_id", "rail", name=op.f("pk_rail_count")),
    )
    op.create_table(
        "rail_review",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("turn_id", sa.String(length=32), nullable=False),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("rail", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=72), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("decision in ('overturned', 'upheld')", name=op.f("ck_rail_review_decision_known")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_rail_review")),
    )
    op.create_index(op.f("ix_rail_review_turn_id"), "rail_review", ["turn_id"])
    op.create_index(op.f("ix_rail_review_rail"), "rail_review", ["rail"])
    op.create_table(
        "rail_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("file", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="draft", nullable=False),
        sa.Column("written_by", sa.String(length=72), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("decided_by", sa.String(length=72), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.CheckConstraint("state in ('draft', 'approved', 'rejected')", name=op.f("ck_rail_draft_state_known")),
        sa.CheckConstraint("decided_by is null or decided_by <> written_by", name=op.f("ck_rail_draft_four_eyes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rail_draft")),
    )
    op.create_index(op.f("ix_rail_draft_file"), "rail_draft", ["file"])


def downgrade() -> None:
    for table in ("rail_draft", "rail_review", "rail_count"):
        op.drop_table(table)
