"""Keep what is measured of each escalation, and the ticket volume.

Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables. What is measured of earlier escalations is filled in while the program runs."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "measure",
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=60), nullable=True),
        sa.Column("region", sa.String(length=80), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=320), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("declared_at", moment, nullable=False),
        sa.Column("escalate_seconds", sa.Integer(), nullable=True),
        sa.Column("response_due_at", moment, nullable=True),
        sa.Column("response_at", moment, nullable=True),
        sa.Column("response_seconds", sa.Integer(), nullable=True),
        sa.Column("mitigate_due_at", moment, nullable=True),
        sa.Column("mitigate_at", moment, nullable=True),
        sa.Column("mitigate_seconds", sa.Integer(), nullable=True),
        sa.Column("resolved_at", moment, nullable=True),
        sa.Column("resolve_seconds", sa.Integer(), nullable=True),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("open_due_at", moment, nullable=True),
        sa.Column("silence_seconds", sa.Integer(), nullable=False),
        sa.Column("quiet_seconds", sa.Integer(), nullable=False),
        sa.Column("quiet_from", moment, nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("raised_by_hand", sa.Boolean(), nullable=False),
        sa.Column("raised_by_policy", sa.Boolean(), nullable=False),
        sa.Column("chosen_lighter", sa.Boolean(), nullable=False),
        sa.Column("first_level_could", sa.Boolean(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_measure_escalation_id"),
        sa.PrimaryKeyConstraint("escalation_id", name="pk_measure"),
    )
    op.create_index("ix_measure_declared", "measure", ["declared_at"])
    is_open = sa.text("is_over IS FALSE")
    op.create_index("ix_measure_open", "measure", ["owner"], postgresql_where=is_open, sqlite_where=is_open)
    op.create_table(
        "ticket_volume",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("region", sa.String(length=80), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "region", name="pk_ticket_volume"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("ticket_volume")
    op.drop_table("measure")
