"""Keep by which routes a page went, and how it fared by each.

Revises: 0027
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("page", sa.Column("routes", _JSON, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("page", sa.Column("unreached_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("page", "unreached_at")
    op.drop_column("page", "routes")
