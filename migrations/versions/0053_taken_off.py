"""Take messages off the timeline that is shown.

Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("captured_message", sa.Column("taken_off_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("captured_message", "taken_off_at")
