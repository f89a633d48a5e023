"""Add purged files.

Generated from the models and never edited by hand afterwards: its length is that of the tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from grants.models.row_security import protect

revision = "0015_add_purged_files"
down_revision = "0014_add_calendar_feeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "purged_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_purged_files_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purged_files")),
        sa.UniqueConstraint(
            "organisation_id", "sha256", name=op.f("uq_purged_files_organisation_id_sha256")
        ),
    )
    with op.batch_alter_table("purged_files", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_purged_files_organisation_id"), ["organisation_id"], unique=False
        )
    protect(op.get_bind(), "purged_files")


def downgrade() -> None:
    """Undo."""
    op.drop_table("purged_files")
