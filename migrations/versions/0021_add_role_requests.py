"""Add role requests: what somebody asks for themselves and somebody else confirms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from grants.models.row_security import protect

revision = "0021_add_role_requests"
down_revision = "0020_count_doors_apart"
branch_labels = None
depends_on = None

NAMES = ("organisation_id", "asked_by_id", "holder_id")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "role_requests",
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id <> asked_by_id OR NOT is_accepted",
            name=op.f("ck_role_requests_somebody_else"),
        ),
        sa.CheckConstraint(
            "decided_at IS NOT NULL OR NOT is_accepted", name=op.f("ck_role_requests_decided")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_role_requests_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_role_requests_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["users.id"], name=op.f("fk_role_requests_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_role_requests_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_requests")),
    )
    with op.batch_alter_table("role_requests", schema=None) as batch_op:
        for name in NAMES:
            batch_op.create_index(batch_op.f(f"ix_role_requests_{name}"), [name], unique=False)
    protect(op.get_bind(), "role_requests")


def downgrade() -> None:
    """Undo."""
    op.drop_table("role_requests")
