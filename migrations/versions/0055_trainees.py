"""Keep who is in the programme for new people, and what they have done.

Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "trainee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("mentor", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_trainee"),
        sa.UniqueConstraint("person", name="uq_trainee_person"),
    )
    op.create_index("ix_trainee_mentor", "trainee", ["mentor"])
    op.create_index("ix_trainee_finished_at", "trainee", ["finished_at"])
    op.create_table(
        "training_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["trainee_id"], ["trainee.id"], name="fk_training_mark_trainee_id_trainee"),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_training_mark_escalation_id_escalation"),
        sa.PrimaryKeyConstraint("id", name="pk_training_mark"),
    )
    op.create_index("ix_training_mark_trainee_id", "training_mark", ["trainee_id", "id"])
    op.create_index("ix_training_mark_escalation_id", "training_mark", ["escalation_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("training_mark")
    op.drop_table("trainee")
