"""Note which escalation a programme was made from, and which programme owes its customer's updates.

Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for name in ("made_from_id", "carried_to_id"):
        op.add_column("escalation", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for name in ("carried_to_id", "made_from_id"):
        op.drop_column("escalation", name)
