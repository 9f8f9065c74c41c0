"""Keep up to which entry of the timeline somebody's open Home tab is drawn.

Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_OPENED = sa.text("home_opened_at IS NOT NULL")


def upgrade() -> None:
    """Add the column, and an index of the tabs that were opened."""
    op.add_column("person", sa.Column("home_seen", sa.Integer(), nullable=True))
    op.create_index("ix_person_home", "person", ["home_opened_at"], postgresql_where=_OPENED, sqlite_where=_OPENED)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_person_home", "person")
    op.drop_column("person", "home_seen")
