"""Add calls: what a call says of requests, and the day of a convention's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_add_calls"
down_revision = "0016_index_hours_by_operation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("schemes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("filing_deadline", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("envelope", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "covered_territories", sa.String(length=500), server_default="", nullable=False
            )
        )
        batch_op.create_check_constraint(batch_op.f("ck_schemes_envelope"), "envelope >= 0")
    with op.batch_alter_table("conventions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("requested_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("conventions", schema=None) as batch_op:
        batch_op.drop_column("requested_on")
    with op.batch_alter_table("schemes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_schemes_envelope"), type_="check")
        batch_op.drop_column("covered_territories")
        batch_op.drop_column("envelope")
        batch_op.drop_column("filing_deadline")
