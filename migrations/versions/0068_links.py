"""Find escalations and accounts by the addresses of their ticket and their CRM record.

Revises: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

# PostgreSQL can't index an address of thousands of characters; no one posts one.
_INDEXES = (
    ("ix_escalation_ticket", "escalation", "ticket_url", sa.text("length(ticket_url) <= 500")),
    ("ix_account_crm", "account", "crm_url", sa.text("length(crm_url) <= 500")),
)


def upgrade() -> None:
    """Add the indexes."""
    for name, table, column, where in _INDEXES:
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop them."""
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table_name=table)
