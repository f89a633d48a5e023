"""Put PostgreSQL's row-level security before every table of organisations' rows.

The tables are those of the database at this step; a later step that adds one calls ``protect``
itself. SQLite has nothing of the kind.
"""

from __future__ import annotations

from alembic import op

from grants.models.row_security import expose, protect, tables_of_tenants

revision = "0013_protect_tenants"
down_revision = "0012_add_user_identities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in tables_of_tenants(op.get_bind()):
        protect(op.get_bind(), table)


def downgrade() -> None:
    """Undo."""
    for table in tables_of_tenants(op.get_bind()):
        expose(op.get_bind(), table)
