"""Fire what is most urgent first, however old the rest of a backlog is.

How heavy an escalation is, is noted with what is planned from now on.

Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# As `bot.policy.timers.urgency` has it: what pages somebody, and what can wait.
_PLACES = {
    0: ("page again", "page onward", "page round", "clock breach", "update missed"),
    20: ("archive", "digest"),
}
_TIMER = sa.table("timer", sa.column("kind"), sa.column("priority"), sa.column("fired_at"))


def upgrade() -> None:
    """Add the column, and fill it for what has not fired."""
    op.add_column("timer", sa.Column("priority", sa.SmallInteger(), server_default=sa.text("10"), nullable=False))
    for priority, kinds in _PLACES.items():
        waiting = sa.and_(_TIMER.c.fired_at.is_(None), _TIMER.c.kind.in_(kinds))
        op.execute(_TIMER.update().where(waiting).values(priority=priority))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("timer", "priority")
