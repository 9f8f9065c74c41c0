"""Store what people owe, by person, and find open questions of watches by person.

The audit fills it in for what is on record.

Revises: 0076
"""

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigId, Json, UtcDateTime

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("answer IS NULL")


def upgrade() -> None:
    """Add the table, its copy on the escalation, and the index."""
    op.create_table(
        "obligation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=320), nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name=op.f("fk_obligation_escalation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
    )
    op.create_index(op.f("ix_obligation_escalation_id"), "obligation", ["escalation_id"])
    op.create_index("ix_obligation_person", "obligation", ["person", "kind", "since"])
    op.create_index(
        "ix_watch_question_open",
        "watch_question",
        ["person", "asked_at"],
        postgresql_where=_IS_OPEN,
        sqlite_where=_IS_OPEN,
    )
    op.add_column("escalation", sa.Column("obligations", Json, server_default=sa.text("'[]'"), nullable=False))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "obligations")
    op.drop_index("ix_watch_question_open", table_name="watch_question")
    op.drop_table("obligation")
