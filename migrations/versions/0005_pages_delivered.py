"""Count the messages of a page that have arrived beside those that were asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("asked", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("page", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page", sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True))
    # Until now a message was counted when it was asked for; where one stands in Slack, it has arrived.
    op.execute("UPDATE page SET asked = sends")
    op.execute("UPDATE page SET sent_at = started_at, last_sent_at = started_at WHERE message_ts IS NOT NULL")
    op.execute("UPDATE page SET sends = 0 WHERE message_ts IS NULL")


def downgrade() -> None:
    op.execute("UPDATE page SET sends = asked")
    op.drop_column("page", "last_sent_at")
    op.drop_column("page", "sent_at")
    op.drop_column("page", "asked")
