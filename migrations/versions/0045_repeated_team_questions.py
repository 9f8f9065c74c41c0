"""Keep which message asked a team, so that one that is repeated replaces the one before.

Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("team_question", sa.Column("word", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("team_question", "word")
