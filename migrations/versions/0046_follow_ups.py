"""Track follow-ups until they are done.

Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_UNSETTLED = sa.text("state IN ('open', 'in progress')")


def upgrade() -> None:
    """Add the columns and the index of what is left to do."""
    op.add_column("corrective_action", sa.Column("url", sa.String(length=500), nullable=True))
    op.add_column("corrective_action", sa.Column("state", sa.String(length=20), nullable=False, server_default="open"))
    op.add_column("corrective_action", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("corrective_action", sa.Column("added_by", sa.String(length=40), nullable=True))
    op.add_column("corrective_action", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("corrective_action", sa.Column("settled_by", sa.String(length=40), nullable=True))
    op.add_column("corrective_action", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_corrective_action_unsettled",
        "corrective_action",
        ["due_on", "owner", "escalation_id"],
        postgresql_where=_UNSETTLED,
        sqlite_where=_UNSETTLED,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_corrective_action_unsettled", table_name="corrective_action")
    for column in ("settled_at", "settled_by", "added_at", "added_by", "reason", "state", "url"):
        op.drop_column("corrective_action", column)
