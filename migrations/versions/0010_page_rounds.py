"""Climb a ladder again that ended unanswered"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("round", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("page", sa.Column("exhausted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("page", "exhausted_at")
    op.drop_column("page", "round")
