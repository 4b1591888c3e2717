"""Keep each look at what a version of guidance would change, in place of a file that held the last one."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_effects",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(72), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("better", sa.Integer(), nullable=False),
        sa.Column("worse", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_effects")),
    )
    op.create_index("ix_evaluation_effects_version", "evaluation_effects", ["document", "number", "made_at"])


def downgrade() -> None:
    op.drop_table("evaluation_effects")
