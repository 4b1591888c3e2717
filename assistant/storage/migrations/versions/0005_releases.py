"""Create the tables of release approvals, stop switches and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = "the audit log is only ever added to"


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    forbid_changes()


def forbid_changes() -> None:
    """Have the database itself refuse to change or delete an entry."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"create trigger audit_entry_no_{act} before {act} on audit_entry "
                f"begin select raise(abort, '{APPEND_ONLY}'); end"
            )
        return
    op.execute(
        "create function audit_entry_is_kept() returns trigger language plpgsql as "
        f"$$ begin raise exception '{APPEND_ONLY}'; end $$"
    )
    op.execute(
        "create trigger audit_entry_no_change before update or delete or truncate on audit_entry "
        "for each statement execute function audit_entry_is_kept()"
    )


def downgrade() -> None:
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("drop function audit_entry_is_kept()")
