"""Note when an absence has begun for others.

Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_UNBEGUN = sa.text("begun_at IS NULL")
_UNTOLD = sa.text("back_told_at IS NULL")


def upgrade() -> None:
    """Add the column and the indexes of what is to be done."""
    op.add_column("away", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_away_unbegun", "away", ["starts_at"], postgresql_where=_UNBEGUN, sqlite_where=_UNBEGUN)
    op.create_index("ix_away_untold", "away", ["ends_at"], postgresql_where=_UNTOLD, sqlite_where=_UNTOLD)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_away_untold", "away")
    op.drop_index("ix_away_unbegun", "away")
    op.drop_column("away", "begun_at")
