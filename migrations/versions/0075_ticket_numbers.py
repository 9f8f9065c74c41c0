"""Find escalations by the number of their ticket.

Revises: 0074
"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

_HAS_ONE = sa.text("ticket_number IS NOT NULL")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_escalation_ticket_number",
        "escalation",
        ["ticket_number"],
        postgresql_where=_HAS_ONE,
        sqlite_where=_HAS_ONE,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_escalation_ticket_number", table_name="escalation")
