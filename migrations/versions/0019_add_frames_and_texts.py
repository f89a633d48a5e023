"""Add the programme and authority of a scheme, the text of each of its settings, and the day from
which an authority says that pieces are kept.

Generated from the models and never edited by hand afterwards: its length is that of the tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_add_frames_and_texts"
down_revision = "0018_keep_sheet_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "setting_texts",
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=False),
        sa.Column("href", sa.String(length=500), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_setting_texts_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["schemes.id"], name=op.f("fk_setting_texts_scheme_id_schemes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_texts")),
        sa.UniqueConstraint("scheme_id", "key", name=op.f("uq_setting_texts_scheme_id_key")),
    )
    with op.batch_alter_table("schemes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("programme", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("authority", sa.String(length=200), server_default="", nullable=False)
        )
    with op.batch_alter_table("conventions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retention_from", sa.Date(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("conventions", schema=None) as batch_op:
        batch_op.drop_column("retention_from")
    with op.batch_alter_table("schemes", schema=None) as batch_op:
        batch_op.drop_column("authority")
        batch_op.drop_column("programme")
    op.drop_table("setting_texts")
