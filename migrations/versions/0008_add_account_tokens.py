"""Add account tokens.

Generated from the models and never edited by hand afterwards: its length is that of the tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_add_account_tokens"
down_revision = "0007_add_second_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account_tokens",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_tokens_token_hash")),
        sa.UniqueConstraint("user_id", "purpose", name=op.f("uq_account_tokens_user_id_purpose")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("account_tokens")
