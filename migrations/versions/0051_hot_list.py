"""Keep where the hot list was posted, and what executives are asked for.

Revises: 0050
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hot_list_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ranks", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_list_post")),
        sa.UniqueConstraint("on", name=op.f("uq_hot_list_post_on")),
    )
    op.create_table(
        "executive_ask",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name=op.f("fk_executive_ask_escalation_id_escalation")
        ),
        sa.PrimaryKeyConstraint("escalation_id", name=op.f("pk_executive_ask")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("executive_ask")
    op.drop_table("hot_list_post")
