"""Find the action items that are late by an index.

Revises: 0065
"""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("state IN ('in progress', 'open')")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_action_item_unfinished",
        "action_item",
        ["due_on", "owner", "escalation_id"],
        postgresql_where=_UNFINISHED,
        sqlite_where=_UNFINISHED,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_action_item_unfinished", table_name="action_item")
