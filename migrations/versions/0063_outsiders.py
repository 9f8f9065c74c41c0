"""Keep of whom in a channel the owners were told in a column of its own, no longer in what the timeline says.

Revises: 0062
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the column and fill it from the timeline, which stays as it is."""
    op.add_column("escalation", sa.Column("outsiders", _JSON, nullable=False, server_default=sa.text("'[]'")))
    timeline = sa.table("timeline", *(sa.column(name) for name in ("id", "escalation_id", "event", "after")))
    told = sa.select(timeline.c.escalation_id, timeline.c.after).where(timeline.c.event == "outsider in the channel")
    found: dict[int, list[str]] = {}
    for number, after in op.get_bind().execute(told.order_by(timeline.c.id)):
        said = json.loads(after) if isinstance(after, str) else after
        if isinstance(said, dict) and isinstance(person := said.get("person"), str):
            found.setdefault(number, []).append(person)
    escalation = sa.table("escalation", sa.column("id"), sa.column("outsiders", _JSON))
    for number, people in found.items():
        unique = list(dict.fromkeys(people))
        op.execute(escalation.update().where(escalation.c.id == number).values(outsiders=unique))


def downgrade() -> None:
    """Forget them: the timeline still says it all."""
    op.drop_column("escalation", "outsiders")
