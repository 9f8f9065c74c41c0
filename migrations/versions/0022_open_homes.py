"""Keep who has their Home tab open.

Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("person", sa.Column("home_opened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("home_first", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("person", "home_first")
    op.drop_column("person", "home_opened_at")
