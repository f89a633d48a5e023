"""Add second factors.

Generated from the models and never edited by hand afterwards: its length is that of the tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_add_second_factors"
down_revision = "0006_add_user_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("selector", sa.String(length=4), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("user_id", "selector", name=op.f("uq_recovery_codes_user_id_selector")),
    )
    op.create_table(
        "login_steps",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("has_password", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_login_steps_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_steps")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_steps_token_hash")),
    )
    with op.batch_alter_table("login_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_steps_expires_at"), ["expires_at"])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("login_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_steps_expires_at"))

    op.drop_table("login_steps")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
