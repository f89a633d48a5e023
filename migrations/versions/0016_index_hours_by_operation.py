"""Index hours by operation.

Generated from the models and never edited by hand afterwards: its length is that of the tables.
"""

from __future__ import annotations

from alembic import op

revision = "0016_index_hours_by_operation"
down_revision = "0015_add_purged_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("time_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_time_entries_convention_id"))
        batch_op.create_index(
            "ix_time_entries_convention_person", ["convention_id", "person_id"], unique=False
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("time_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_time_entries_convention_person")
        batch_op.create_index(
            batch_op.f("ix_time_entries_convention_id"), ["convention_id"], unique=False
        )
