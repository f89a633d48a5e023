"""Keep the documents that signatures fix.

What was signed before has none; its hash, that of hours and leave alone, still holds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from grants.models.row_security import protect

revision = "0018_keep_sheet_documents"
down_revision = "0017_add_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sheet_documents",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("emblem_sha256", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_sheet_documents_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_sheet_documents_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_documents")),
        sa.UniqueConstraint(
            "person_id", "month", "sha256", name=op.f("uq_sheet_documents_person_id_month_sha256")
        ),
    )
    op.create_index(
        op.f("ix_sheet_documents_organisation_id"),
        "sheet_documents",
        ["organisation_id"],
        unique=False,
    )
    op.add_column(
        "time_sheets",
        sa.Column("hours_sha256", sa.String(length=64), server_default="", nullable=False),
    )
    op.execute("UPDATE time_sheets SET hours_sha256 = content_sha256")
    protect(op.get_bind(), "sheet_documents")


def downgrade() -> None:
    """Undo. Hashes of documents that go with their table would be no hash of hours: those hold."""
    op.execute("UPDATE time_sheets SET content_sha256 = hours_sha256")
    # Not in batch mode, which would rebuild the table without its CHECK constraints.
    op.drop_column("time_sheets", "hours_sha256")
    op.drop_table("sheet_documents")
