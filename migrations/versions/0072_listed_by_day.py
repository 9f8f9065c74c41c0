"""Keep the times of declaring and resolving in the index that lists are read from: the digest counts by them.

Revises: 0071
"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('open', 'mitigated', 'resolved')")
_BEFORE = (
    *("policy_id", "level", "is_private", "id", "declared_by", "status"),
    *("first_due_at", "acknowledged_at", "kind", "accepted", "account_id"),
)


def upgrade() -> None:
    """Make the index again with two columns more."""
    _index([*_BEFORE, "declared_at", "resolved_at"])


def downgrade() -> None:
    """Make the index again as it was."""
    _index(list(_BEFORE))


def _index(columns: list[str]) -> None:
    op.drop_index("ix_escalation_live", table_name="escalation")
    op.create_index("ix_escalation_live", "escalation", columns, postgresql_where=_LIVE, sqlite_where=_LIVE)
