"""Mark in each chain's head the last event that changed something: reading changes nothing, and
what is kept until something changes is kept through it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_mark_last_changes"
down_revision = "0021_add_role_requests"
branch_labels = None
depends_on = None

NAMES = ("change_count", "change_hash")


def upgrade() -> None:
    """Apply. Columns are added without a copy of the table, whose triggers stay."""
    count = sa.Column("change_count", sa.Integer(), server_default="0", nullable=False)
    hashed = sa.Column("change_hash", sa.String(length=64), server_default="", nullable=False)
    op.add_column("audit_heads", count)
    op.add_column("audit_heads", hashed)
    op.execute("UPDATE audit_heads SET change_count = count, change_hash = last_hash")


def downgrade() -> None:
    """Undo."""
    for name in NAMES:
        op.drop_column("audit_heads", name)
