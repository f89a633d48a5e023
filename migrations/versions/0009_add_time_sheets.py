"""Add time sheets; what was known of signatures moves into them.

Generated from the models but for the moves of rows: its length is that of the tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_add_time_sheets"
down_revision = "0008_add_account_tokens"
branch_labels = None
depends_on = None

KEPT = (
    "id, person_id, month, signed_by_person_on, signed_by_manager_on, manager, piece, "
    "source_row, import_id, organisation_id"
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sheet_days",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        sa.Column("is_reopened", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_sheet_days_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_sheet_days_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_days")),
        sa.UniqueConstraint("person_id", "work_on", name=op.f("uq_sheet_days_person_id_work_on")),
    )
    with op.batch_alter_table("sheet_days", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sheet_days_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "sheet_steps",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_sheet_steps_minutes")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_sheet_steps_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_sheet_steps_person_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sheet_steps_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_steps")),
    )
    with op.batch_alter_table("sheet_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sheet_steps_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            "ix_sheet_steps_person_id_month", ["person_id", "month"], unique=False
        )

    op.create_table(
        "time_sheets",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("signed_by_person_on", sa.Date(), nullable=True),
        sa.Column("signed_by_manager_on", sa.Date(), nullable=True),
        sa.Column("manager", sa.String(length=200), nullable=False),
        sa.Column("piece", sa.String(length=80), nullable=False),
        sa.Column("signed_by_person_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signer_id", sa.Integer(), nullable=True),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("signed_by_manager_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("returned_reason", sa.String(length=500), nullable=False),
        sa.Column("is_partly_open", sa.Boolean(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_for", sa.String(length=200), nullable=False),
        sa.Column("unlocked_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["users.id"], name=op.f("fk_time_sheets_approver_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_time_sheets_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_time_sheets_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_time_sheets_person_id")
        ),
        sa.ForeignKeyConstraint(["signer_id"], ["users.id"], name=op.f("fk_time_sheets_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_sheets")),
        sa.UniqueConstraint("person_id", "month", name=op.f("uq_time_sheets_person_id_month")),
    )
    with op.batch_alter_table("time_sheets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_time_sheets_organisation_id"), ["organisation_id"], unique=False
        )

    op.execute(
        f"INSERT INTO time_sheets ({KEPT}, signer, content_sha256, returned_reason, "  # noqa: S608
        f"is_partly_open, locked_for, version) SELECT {KEPT}, '', '', '', false, '', 0 "
        "FROM sheet_signatures"
    )
    _follow_ids("time_sheets")

    with op.batch_alter_table("sheet_signatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_signatures_organisation_id"))

    op.drop_table("sheet_signatures")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sheet_lock", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("sheet_grace_days", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("sheet_due_days", sa.Integer(), server_default="5", nullable=False)
        )

    with op.batch_alter_table("time_entries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("market", sa.String(length=200), server_default="", nullable=False)
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("time_entries", schema=None) as batch_op:
        batch_op.drop_column("market")

    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_column("sheet_due_days")
        batch_op.drop_column("sheet_grace_days")
        batch_op.drop_column("sheet_lock")

    op.create_table(
        "sheet_signatures",
        sa.Column("person_id", sa.INTEGER(), nullable=False),
        sa.Column("month", sa.INTEGER(), nullable=False),
        sa.Column("signed_by_person_on", sa.DATE(), nullable=True),
        sa.Column("signed_by_manager_on", sa.DATE(), nullable=True),
        sa.Column("manager", sa.VARCHAR(length=200), nullable=False),
        sa.Column("piece", sa.VARCHAR(length=80), nullable=False),
        sa.Column("id", sa.INTEGER(), nullable=False),
        sa.Column("source_row", sa.INTEGER(), nullable=True),
        sa.Column("import_id", sa.INTEGER(), nullable=True),
        sa.Column("organisation_id", sa.INTEGER(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_sheet_signatures_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_sheet_signatures_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_sheet_signatures_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_signatures")),
        sa.UniqueConstraint("person_id", "month", name=op.f("uq_sheet_signatures_person_id_month")),
    )
    with op.batch_alter_table("sheet_signatures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sheet_signatures_organisation_id"), ["organisation_id"], unique=False
        )

    op.execute(
        f"INSERT INTO sheet_signatures ({KEPT}) SELECT {KEPT} FROM time_sheets"  # noqa: S608
    )
    _follow_ids("sheet_signatures")

    with op.batch_alter_table("time_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_time_sheets_organisation_id"))

    op.drop_table("time_sheets")
    with op.batch_alter_table("sheet_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_sheet_steps_person_id_month")
        batch_op.drop_index(batch_op.f("ix_sheet_steps_organisation_id"))

    op.drop_table("sheet_steps")
    with op.batch_alter_table("sheet_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_days_organisation_id"))

    op.drop_table("sheet_days")


def _follow_ids(table: str) -> None:
    """Let PostgreSQL number new rows after the moved ones; SQLite does by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608
            f"coalesce((SELECT max(id) FROM {table}), 0) + 1, false)"
        )
