"""Keep what a text of a drill was found fault with.

Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "drill_event", sa.Column("quote", sa.String(length=200), nullable=False, server_default=sa.text("''"))
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("drill_event", "quote")
