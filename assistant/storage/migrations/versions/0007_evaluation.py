"""Create the tables of evaluation runs and human reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("suite", sa.String(length=40), nullable=False),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("record_hash", sa.String(length=64), nullable=False),
        sa.Column("record_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict in ('pass', 'fail', 'insufficient', 'unscored')", name=op.f("ck_evaluation_run_verdict_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_run")),
    )
    with op.batch_alter_table("evaluation_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_run_batch"), ["batch"], unique=False)
        batch_op.create_index("ix_evaluation_run_release_id_suite", ["release_id", "suite", "finished_at"])

    op.create_table(
        "evaluation_review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("turn_id", sa.String(length=32), nullable=False),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="open", nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('open', 'disagreed', 'done')", name=op.f("ck_evaluation_review_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_review")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_evaluation_review_turn_id")),
    )
    with op.batch_alter_table("evaluation_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_review_release_id"), ["release_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evaluation_review_week"), ["week"], unique=False)

    op.create_table(
        "evaluation_rating",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("reviewer_id", sa.String(length=32), nullable=False),
        sa.Column("is_adjudication", sa.Boolean(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("is_kind", sa.Boolean(), nullable=False),
        sa.Column("is_safe", sa.Boolean(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_rating")),
        sa.UniqueConstraint("review_id", "reviewer_id", name=op.f("uq_evaluation_rating_review_id_reviewer_id")),
    )
    op.create_table(
        "evaluation_found_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("suite", sa.String(length=40), nullable=False),
        sa.Column("case_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_found_case")),
    )


def downgrade() -> None:
    for name in ("found_case", "rating", "review", "run"):
        op.drop_table(f"evaluation_{name}")
