"""Know of people what they are in the workspace, and find them by e-mail without reading every row."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_LOWER = "UPDATE {table} SET person = lower(person) WHERE person LIKE '%@%' AND person <> lower(person)"
_UNLESS_THERE = """ AND NOT EXISTS (
    SELECT 1 FROM participant AS other
    WHERE other.escalation_id = participant.escalation_id AND other.person = lower(participant.person)
)"""


def upgrade() -> None:
    op.add_column("person", sa.Column("member_type", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_participant_person"), "participant", ["person"], unique=False)
    # People are compared as they are written from now on: addresses without capitals.
    op.execute(_LOWER.format(table="slot"))
    op.execute(_LOWER.format(table="participant") + _UNLESS_THERE)


def downgrade() -> None:
    op.drop_index(op.f("ix_participant_person"), table_name="participant")
    op.drop_column("person", "member_type")
