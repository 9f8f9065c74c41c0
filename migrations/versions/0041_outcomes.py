"""Keep issue summaries, and what was learned.

Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "outcome",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("solved_by", sa.String(length=20), nullable=False),
        sa.Column("first_level_could", sa.Boolean(), nullable=False),
        sa.Column("to_try", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_outcome_escalation_id"),
        sa.PrimaryKeyConstraint("escalation_id", name="pk_outcome"),
    )
    op.add_column("escalation", sa.Column("issue_summary", sa.Text(), nullable=True))
    op.add_column("escalation", sa.Column("summary_by", sa.String(length=40), nullable=True))
    op.add_column("escalation", sa.Column("summary_sent_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in ("summary_sent_at", "summary_by", "issue_summary"):
        op.drop_column("escalation", column)
    op.drop_table("outcome")
