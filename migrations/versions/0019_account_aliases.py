"""Keep the other names of an account.

Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("account", sa.Column("aliases", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("account", "aliases")
