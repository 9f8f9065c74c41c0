"""Keep when managers want their digest.

Revises: 0058
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "digest_choice",
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("days", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_digest_choice")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("digest_choice")
