"""Keep drills.

Revises: 0046
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUNNING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "drill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("scenario_key", sa.String(length=40), nullable=False),
        sa.Column("scenario", _JSON, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("card_ts", sa.String(length=40), nullable=True),
        sa.Column("timer_key", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_drill"),
    )
    op.create_index(
        "uq_drill_running", "drill", ["person"], unique=True, postgresql_where=_RUNNING, sqlite_where=_RUNNING
    )
    op.create_index("ix_drill_channel", "drill", ["channel"], postgresql_where=_RUNNING, sqlite_where=_RUNNING)
    op.create_index("ix_drill_person", "drill", ["person", "id"])
    op.create_index("ix_drill_ended_at", "drill", ["ended_at"])
    op.create_table(
        "drill_event",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("findings", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name="fk_drill_event_drill_id_drill"),
        sa.PrimaryKeyConstraint("id", name="pk_drill_event"),
    )
    op.create_index("ix_drill_event_drill_id", "drill_event", ["drill_id", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("drill_event")
    op.drop_table("drill")
