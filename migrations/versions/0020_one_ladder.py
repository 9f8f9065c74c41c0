"""One ladder for an escalation, and reminders that never give up: pages belong to an alarm, and an alarm has reasons.

Pages that still ring for several causes at the upgrade become one alarm. Their reasons are written on the escalation.

Revises: 0019
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the columns, and collect the reasons of the pages that ring."""
    op.add_column("page", sa.Column("alarm", sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    op.add_column("escalation", sa.Column("page_reasons", _JSON, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("escalation", sa.Column("reminded", _JSON, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("escalation", sa.Column("live_notices", _JSON, nullable=False, server_default=sa.text("'[]'")))
    connection = op.get_bind()
    page = sa.table(
        "page",
        sa.column("id", sa.Integer()),
        sa.column("escalation_id", sa.Integer()),
        sa.column("cause", sa.String()),
        sa.column("due_at", sa.DateTime(timezone=True)),
        sa.column("ended_at", sa.DateTime(timezone=True)),
    )
    escalation = sa.table("escalation", sa.column("id", sa.Integer()), sa.column("page_reasons", _JSON))
    ringing = sa.select(page.c.escalation_id, page.c.cause, page.c.due_at).where(page.c.ended_at.is_(None))
    reasons: dict[int, dict[str, str]] = defaultdict(dict)
    for number, cause, due_at in connection.execute(ringing.order_by(page.c.id)):
        at = due_at.isoformat() if due_at.tzinfo else f"{due_at.isoformat()}+00:00"
        reasons[number].setdefault(cause, at)
    for number, found in reasons.items():
        listed = [{"cause": cause, "due": due} for cause, due in found.items()]
        connection.execute(sa.update(escalation).where(escalation.c.id == number).values(page_reasons=listed))


def downgrade() -> None:
    """Take the columns away."""
    for name in ("live_notices", "reminded", "page_reasons"):
        op.drop_column("escalation", name)
    op.drop_column("page", "alarm")
