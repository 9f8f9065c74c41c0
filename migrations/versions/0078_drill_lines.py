"""Note where those lines of a drill are that have buttons.

Revises: 0077
"""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("drill_event", sa.Column("offers_at", sa.String(40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("drill_event", "offers_at")
