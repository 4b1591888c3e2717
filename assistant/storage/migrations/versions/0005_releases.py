"""Create the tables of release approvals, stop switches and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "service_switch",
    "release_activation",
    "release_acceptance",
    "release_approval",
    "release_proposal",
    "audit_checkpoint",
    "audit_entry",
)
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
    op.create_index(op.f("ix_audit_entry_what"), "audit_entry", ["what"])
    forbid_changes()
    create_gate()


def create_gate() -> None:
    """What governance keeps: checkpoints, proposals, approvals and acceptances; what the service obeys: activations, switches."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", number, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_to", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "release_proposal",
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=12), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("path in ('full', 'light', 'emergency')", name=op.f("ck_release_proposal_path_known")),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_proposal")),
    )
    op.create_table(
        "release_approval",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision in ('approve', 'reject', 'review')", name=op.f("ck_release_approval_decision_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_approval")),
    )
    op.create_index(op.f("ix_release_approval_release_id"), "release_approval", ["release_id"])
    op.create_table(
        "release_acceptance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("suite", sa.String(length=60), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_acceptance")),
    )
    op.create_index(op.f("ix_release_acceptance_release_id"), "release_acceptance", ["release_id"])
    op.create_table(
        "release_activation",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("release_id", sa.String(length=24), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release_activation")),
    )
    op.create_table(
        "service_switch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(length=64), nullable=False),
        sa.Column("lifted_why", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode in ('pause', 'quote', 'alert')", name=op.f("ck_service_switch_mode_known")),
        sa.CheckConstraint("scope in ('all', 'channel', 'topic', 'rail')", name=op.f("ck_service_switch_scope_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_switch")),
    )
    op.create_index(op.f("ix_service_switch_lifted_at"), "service_switch", ["lifted_at"])


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
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("drop function audit_entry_is_kept()")
