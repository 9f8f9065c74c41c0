"""Keep the customer's rating, and that a channel isn't archived after closing.

Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("escalation", sa.Column("kept_open_by", sa.String(length=40), nullable=True))
    op.add_column("escalation", sa.Column("rating", sa.SmallInteger(), nullable=True))
    op.add_column("escalation", sa.Column("rating_words", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in ("rating_words", "rating", "kept_open_by"):
        op.drop_column("escalation", column)
