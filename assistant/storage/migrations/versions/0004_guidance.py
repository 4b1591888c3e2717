"""Create the tables of guidance documents, versions and reviews; turns keep the vector of their masked question."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("turn", sa.Column("vector_sealed", sa.LargeBinary(), nullable=True))
    op.create_table(
        "guidance_document",
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("live_id", sa.String(32), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_guidance_document"),
    )
    op.create_table(
        "guidance_version",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("origin", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("approved_by", sa.String(80), server_default="", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'in_review', 'approved', 'published', 'superseded', 'withdrawn')",
            name="ck_guidance_version_state_known",
        ),
        sa.ForeignKeyConstraint(["slug"], ["guidance_document.slug"], name="fk_guidance_version_slug"),
        sa.PrimaryKeyConstraint("id", name="pk_guidance_version"),
        sa.UniqueConstraint("slug", "number", name="uq_guidance_version_slug_number"),
    )
    op.create_index("ix_guidance_version_state", "guidance_version", ["state"])
    op.create_table(
        "guidance_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("version_id", sa.String(32), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_guidance_event"),
    )
    op.create_index("ix_guidance_event_slug", "guidance_event", ["slug"])
    op.create_table(
        "guidance_publication",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.String(24), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_guidance_publication"),
    )
    op.create_index("ix_guidance_publication_version", "guidance_publication", ["version"])


def downgrade() -> None:
    for table in ("guidance_publication", "guidance_event", "guidance_version", "guidance_document"):
        op.drop_table(table)
    with op.batch_alter_table("turn") as batch:
        batch.drop_column("vector_sealed")
