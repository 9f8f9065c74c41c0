"""Undo a mitigation or a resolution: note what it was before.

Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("escalation", sa.Column("before_end", kind, nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("escalation", "before_end")
