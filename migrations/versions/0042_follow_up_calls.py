"""Keep follow-up calls, and an account's health during the watch.

Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("escalation", sa.Column("call_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("escalation", sa.Column("call_owner", sa.String(length=320), nullable=True))
    op.add_column("escalation", sa.Column("call_note", sa.Text(), nullable=True))
    op.add_column("escalation", sa.Column("call_noted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("escalation", sa.Column("watch_health", sa.Integer(), nullable=True))
    op.add_column("watch_question", sa.Column("about", sa.String(length=80), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("watch_question", "about")
    for column in ("watch_health", "call_noted_at", "call_note", "call_owner", "call_at"):
        op.drop_column("escalation", column)
