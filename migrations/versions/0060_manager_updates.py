"""Keep by when the manager of a programme updates the customer's sponsor.

Revises: 0059
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("escalation", sa.Column("sponsor_update_due_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("escalation", "sponsor_update_due_at")
