"""Action items of an account programme.

Revises: 0048
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the table, and the copy of what is unfinished."""
    op.create_table(
        "action_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=80), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=320), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_action_item_escalation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_action_item"),
        sa.UniqueConstraint("escalation_id", "request", name="uq_action_item_escalation_id"),
    )
    op.create_index("ix_action_item_escalation_id", "action_item", ["escalation_id"])
    op.add_column("escalation", sa.Column("open_items", _JSON, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "open_items")
    op.drop_index("ix_action_item_escalation_id", table_name="action_item")
    op.drop_table("action_item")
