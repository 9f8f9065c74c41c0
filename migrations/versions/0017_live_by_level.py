"""Count what is live by the index made for it.

SQLite prefers an index on the status to the partial ones, and then reads every live row to learn its level. It checks
the status even where the index implies it, so the index has to hold it.

Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('open', 'mitigated', 'resolved')")
_COLUMNS = ["policy_id", "level", "is_private", "id", "declared_by"]


def _replace(columns: list[str]) -> None:
    op.drop_index("ix_escalation_live", "escalation")
    op.create_index("ix_escalation_live", "escalation", columns, sqlite_where=_LIVE, postgresql_where=_LIVE)


def upgrade() -> None:
    """Take the index on the status away: nothing needs it since there are partial indexes of what is live."""
    op.drop_index("ix_escalation_status", "escalation")
    _replace([*_COLUMNS, "status"])


def downgrade() -> None:
    """Add it again."""
    _replace(_COLUMNS)
    op.create_index("ix_escalation_status", "escalation", ["status", "account_id"])
