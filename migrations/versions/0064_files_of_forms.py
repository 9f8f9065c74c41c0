"""Keep which copy a form's file has in the channel.

Revises: 0063
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("record_file", sa.Column("copied_as", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("record_file", "copied_as")
