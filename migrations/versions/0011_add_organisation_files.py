"""Add organisations' files and certifier, the right to see eligibility, and the day of a purge.

Generated from the models but for the right that finance officers have from now on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_add_organisation_files"
down_revision = "0010_add_delegations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "organisation_files",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_organisation_files_size")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_files_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_files")),
        sa.UniqueConstraint(
            "organisation_id", "kind", name=op.f("uq_organisation_files_organisation_id_kind")
        ),
    )
    with op.batch_alter_table("organisation_files", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_files_organisation_id"), ["organisation_id"], unique=False
        )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("certifier", sa.String(length=40), server_default="", nullable=False)
        )
    with op.batch_alter_table("conventions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purged_on", sa.Date(), nullable=True))
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "sees_eligibility", sa.Boolean(), server_default=sa.text("false"), nullable=False
            )
        )
    op.execute("UPDATE memberships SET sees_eligibility = true WHERE role = 'finance'")


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_column("sees_eligibility")
    with op.batch_alter_table("conventions", schema=None) as batch_op:
        batch_op.drop_column("purged_on")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_column("certifier")
    op.drop_table("organisation_files")
