"""Channels by severity, and their names looked up"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index("ix_escalation_channel_name", ["channel_name"], unique=False)
    # The order within a kind has ten places now, for the levels. What is queued counts as the heaviest of its kind.
    op.execute("UPDATE effect SET priority = priority * 10 WHERE state IN ('waiting', 'ready', 'running', 'parked')")


def downgrade() -> None:
    op.execute("UPDATE effect SET priority = priority / 10 WHERE state IN ('waiting', 'ready', 'running', 'parked')")
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.drop_index("ix_escalation_channel_name")
