"""Link tickets, and note what the checklist proves: customer updates that were missed, and the end of the watch.

Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MISSED = """
UPDATE escalation SET customer_update_missed_at = (
  SELECT min(posted_update.answered_due_at) FROM posted_update
  WHERE posted_update.escalation_id = escalation.id AND posted_update.customer_text <> ''
    AND posted_update.at > posted_update.answered_due_at
)
"""
_WATCHED = """
UPDATE escalation SET watch_finished_at = (
  SELECT max(watch_question.answered_at) FROM watch_question
  WHERE watch_question.escalation_id = escalation.id AND watch_question.turn = 'last day'
    AND watch_question.answer = 'well' AND watch_question.since = escalation.resolved_at
)
"""


def upgrade() -> None:
    """Add the columns, and fill in what earlier rows tell."""
    op.add_column("escalation", sa.Column("ticket_number", sa.String(80), nullable=True))
    op.add_column("escalation", sa.Column("ticket_url", sa.String(), nullable=True))
    op.add_column("escalation", sa.Column("customer_update_missed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("escalation", sa.Column("watch_finished_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text(_MISSED))
    op.execute(sa.text(_WATCHED))


def downgrade() -> None:
    """Drop them."""
    for column in ("watch_finished_at", "customer_update_missed_at", "ticket_url", "ticket_number"):
        op.drop_column("escalation", column)
