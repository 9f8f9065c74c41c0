"""Keep what has become of a channel by hand: why nothing can be posted in it, and whom it is open to.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = ("channel_trouble", "channel_turned", "previous_trouble")


def upgrade() -> None:
    """Add the columns: nothing is wrong with any channel yet."""
    for name in _COLUMNS:
        op.add_column("escalation", sa.Column(name, sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Forget it."""
    for name in reversed(_COLUMNS):
        op.drop_column("escalation", name)
