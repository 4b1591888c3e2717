"""Remember over which shipped text a change of a policy was written."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rail_draft", sa.Column("base", sa.String(length=16), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("rail_draft", "base")
