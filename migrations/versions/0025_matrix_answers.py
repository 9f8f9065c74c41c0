"""Keep the answers to the questions of the policy's matrix.

Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("escalation", sa.Column("answer_broken", sa.String(40), nullable=True))
    op.add_column("escalation", sa.Column("answer_affected", sa.String(40), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "answer_affected")
    op.drop_column("escalation", "answer_broken")
