"""Keep the customer in the index that lists are read from: they show the escalations of each customer together.

Revises: 0066
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('open', 'mitigated', 'resolved')")
_BEFORE = (
    *("policy_id", "level", "is_private", "id", "declared_by", "status"),
    *("first_due_at", "acknowledged_at", "kind", "accepted"),
)


def upgrade() -> None:
    """Make the index again with one column more."""
    _index([*_BEFORE, "account_id"])


def downgrade() -> None:
    """Make the index again as it was."""
    _index(list(_BEFORE))


def _index(columns: list[str]) -> None:
    op.drop_index("ix_escalation_live", table_name="escalation")
    op.create_index("ix_escalation_live", "escalation", columns, postgresql_where=_LIVE, sqlite_where=_LIVE)
