"""Keep what a question to the customer answered, for one whose mail comes back.

Revises: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns."""
    op.add_column("customer_question", sa.Column("due_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("customer_question", sa.Column("last_before", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("customer_question", "last_before")
    op.drop_column("customer_question", "due_before")
