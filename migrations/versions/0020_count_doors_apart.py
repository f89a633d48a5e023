"""Count refused log-ins and asked links apart: fifty links asked must close no log-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_count_doors_apart"
down_revision = "0019_add_frames_and_texts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    column = sa.Column("door", sa.String(length=10), server_default="login", nullable=False)
    op.add_column("login_failures", column)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.drop_column("door")
