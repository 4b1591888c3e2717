"""Have the database refuse to change or delete a finished evaluation run. Sealing it again with a newer key stays possible."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FIXED = "id, batch, suite, release_id, verdict, is_whole, measures, facts, record_hash, started_at, finished_at"
KEPT = "a finished evaluation run is never changed: run the suite again, which adds another"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, act in (("update", f"update of {FIXED}"), ("delete", "delete")):
            op.execute(
                f"create trigger evaluation_run_no_{name} before {act} on evaluation_run "
                f"begin select raise(abort, '{KEPT}'); end"
            )
        return
    op.execute(
        "create function evaluation_run_is_kept() returns trigger language plpgsql as "
        f"$$ begin raise exception '{KEPT}'; end $$"
    )
    for name, act in (("change", f"update of {FIXED}"), ("delete", "delete or truncate")):
        op.execute(
            f"create trigger evaluation_run_no_{name} before {act} on evaluation_run "
            "for each statement execute function evaluation_run_is_kept()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            op.execute(f"drop trigger evaluation_run_no_{name}")
        return
    for name in ("change", "delete"):
        op.execute(f"drop trigger evaluation_run_no_{name} on evaluation_run")
    op.execute("drop function evaluation_run_is_kept()")
