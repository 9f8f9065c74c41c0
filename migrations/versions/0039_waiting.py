"""Waiting for the customer, and when it began.

Revises: 0038
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("escalation", sa.Column("waiting", _JSON, nullable=True))
    op.add_column("escalation", sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("escalation", sa.Column("detected_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "detected_at")
    op.drop_column("escalation", "reported_at")
    op.drop_column("escalation", "waiting")
