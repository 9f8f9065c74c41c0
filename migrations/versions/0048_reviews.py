"""Keep reviews that are written here, and where they stand.

Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "review",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=40), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("story", sa.Text(), nullable=True),
        sa.Column("whys", sa.Text(), nullable=False),
        sa.Column("contributing", sa.String(length=60), nullable=True),
        sa.Column("went_well", sa.Text(), nullable=False),
        sa.Column("went_wrong", sa.Text(), nullable=False),
        sa.Column("lucky", sa.Text(), nullable=False),
        sa.Column("customer_debrief_on", sa.Date(), nullable=True),
        sa.Column("customer_debrief_who", sa.String(length=300), nullable=True),
        sa.Column("team_debrief_on", sa.Date(), nullable=True),
        sa.Column("team_debrief_who", sa.String(length=300), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("route", sa.String(length=20), nullable=True),
        sa.Column("canvas", sa.String(length=40), nullable=True),
        sa.Column("file", sa.String(length=40), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("message_ts", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_review_escalation_id"),
        sa.PrimaryKeyConstraint("escalation_id", name="pk_review"),
    )
    op.add_column("escalation", sa.Column("review_state", sa.String(length=20), nullable=True))
    op.add_column("escalation", sa.Column("review_state_by", sa.String(length=40), nullable=True))
    op.add_column("escalation", sa.Column("review_state_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("escalation", sa.Column("review_link", sa.String(length=500), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in ("review_link", "review_state_at", "review_state_by", "review_state"):
        op.drop_column("escalation", column)
    op.drop_table("review")
