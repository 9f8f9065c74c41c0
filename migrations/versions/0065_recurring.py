"""Keep which level or category had recurred too often, and find what was resolved lately.

Revises: 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_escalation_recurring", ["recurring_key", "recurring_at"], sa.text("recurring_key IS NOT NULL")),
    ("ix_escalation_resolved", ["level", "resolved_at"], sa.text("resolved_at IS NOT NULL")),
)


def upgrade() -> None:
    """Add the columns and the indexes."""
    op.add_column("escalation", sa.Column("recurring_key", sa.String(length=120), nullable=True))
    op.add_column("escalation", sa.Column("recurring_at", sa.DateTime(timezone=True), nullable=True))
    for name, columns, where in _INDEXES:
        op.create_index(name, "escalation", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop them."""
    for name, _, _ in _INDEXES:
        op.drop_index(name, table_name="escalation")
    op.drop_column("escalation", "recurring_at")
    op.drop_column("escalation", "recurring_key")
