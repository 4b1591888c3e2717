"""Create the tables of the board's registers and records."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("board_report", "record_version", "record_text", "register_change", "register_entry")


def when(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_up", sa.Boolean(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=True),
        when("created_at"),
        when("changed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("register", "number", name=op.f("uq_register_entry_register_number")),
    )
    op.create_table(
        "register_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        when("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_change")),
    )
    op.create_index(op.f("ix_register_change_entry_id"), "register_change", ["entry_id"])
    op.create_table(
        "record_text",
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        when("at"),
        sa.PrimaryKeyConstraint("record", "field", name=op.f("pk_record_text")),
    )
    op.create_table(
        "record_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        when("approved_at"),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
    )
    op.create_index("ix_record_version_newest", "record_version", ["record", "number"], unique=True)
    op.create_table(
        "board_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        when("starts_at"),
        when("ends_at"),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        when("made_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_report")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
