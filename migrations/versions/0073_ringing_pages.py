"""Find the pages that ring by their person, without reading all there ever were.

Revises: 0072
"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

_RINGS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_page_ringing", "page", ["person"], postgresql_where=_RINGS, sqlite_where=_RINGS)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_page_ringing", table_name="page")
