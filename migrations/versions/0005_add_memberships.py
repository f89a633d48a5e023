"""Add memberships.

Generated from the models. Accounts that exist saw everything until now: they go on as operators, so
that nobody is locked out by the step; narrow them afterwards.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_add_memberships"
down_revision = "0004_add_outgoing_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(role = 'operator') = (organisation_id IS NULL)", name=op.f("ck_memberships_operator")
        ),
        sa.CheckConstraint(
            "role <> 'auditor' OR end_on IS NOT NULL", name=op.f("ck_memberships_auditor_ends")
        ),
        sa.CheckConstraint("end_on > start_on", name=op.f("ck_memberships_period")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_memberships_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "user_id",
            "organisation_id",
            "role",
            "start_on",
            name=op.f("uq_memberships_user_id_organisation_id_role_start_on"),
        ),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_organisation_id", ["organisation_id"], unique=False)
        batch_op.create_index("ix_memberships_user_id", ["user_id"], unique=False)
    op.create_table(
        "audited_conventions",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["conventions.id"], name=op.f("fk_audited_conventions_convention_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_audited_conventions_membership_id"),
        ),
        sa.PrimaryKeyConstraint(
            "membership_id", "convention_id", name=op.f("pk_audited_conventions")
        ),
    )
    op.execute(
        "INSERT INTO memberships (user_id, role, start_on) "
        "SELECT id, 'operator', CURRENT_DATE FROM users WHERE organisation_id IS NULL"
    )
    op.execute(
        "INSERT INTO memberships (user_id, organisation_id, role, start_on) "
        "SELECT id, organisation_id, 'finance', CURRENT_DATE FROM users "
        "WHERE organisation_id IS NOT NULL"
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("audited_conventions")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("ix_memberships_user_id")
        batch_op.drop_index("ix_memberships_organisation_id")
    op.drop_table("memberships")
