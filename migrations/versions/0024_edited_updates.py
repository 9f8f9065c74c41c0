"""Edit the last update: who edited it and when, what was promised first, and where its message is.

Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ADDED = ("edited_by", "edited_at", "edits", "first_promised_at", "announced", "channel", "message_ts")


def upgrade() -> None:
    """Add the columns. Updates of before can't be edited."""
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("posted_update", sa.Column("edited_by", sa.String(40), nullable=True))
    op.add_column("posted_update", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("posted_update", sa.Column("edits", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("posted_update", sa.Column("first_promised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("posted_update", sa.Column("announced", kind, nullable=True))
    op.add_column("posted_update", sa.Column("channel", sa.String(40), nullable=True))
    op.add_column("posted_update", sa.Column("message_ts", sa.String(40), nullable=True))
    op.add_column("escalation", sa.Column("last_update_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "last_update_id")
    for name in reversed(_ADDED):
        op.drop_column("posted_update", name)
