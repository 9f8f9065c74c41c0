"""Keep the customer's agreement to the success criteria of a programme.

Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("proposal", sa.Column("agreed_customer", sa.Text(), nullable=True))
    op.add_column("proposal", sa.Column("agreed_noted_by", sa.String(length=40), nullable=True))
    op.add_column("proposal", sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in ("agreed_at", "agreed_noted_by", "agreed_customer"):
        op.drop_column("proposal", column)
