"""Set aside the pages of rounds that are long over, and drop what forms of earlier versions wrote.

Revises: 0075
"""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

_IS_READ = sa.text("set_aside_at IS NULL")


def upgrade() -> None:
    """Add the time and the index of what is read; drop the column."""
    op.add_column("page", sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_page_read", "page", ["escalation_id"], postgresql_where=_IS_READ, sqlite_where=_IS_READ)
    op.drop_column("escalation", "view_id")


def downgrade() -> None:
    """Add the column again; drop the time and the index."""
    op.add_column("escalation", sa.Column("view_id", sa.String(40), nullable=True))
    op.drop_index("ix_page_read", table_name="page")
    op.drop_column("page", "set_aside_at")
