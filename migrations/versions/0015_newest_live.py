"""Find the newest of what is live without a look at what is closed.

Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('open', 'mitigated', 'resolved')")


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_escalation_live_newest", "escalation", ["id"], sqlite_where=_LIVE, postgresql_where=_LIVE)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_escalation_live_newest", "escalation")
