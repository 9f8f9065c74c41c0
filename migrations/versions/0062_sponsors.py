"""Keep who sponsors an account, and when sponsors want their digest.

Revises: 0061
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "sponsor_choice",
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("days", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_sponsor_choice")),
    )
    op.add_column("account", sa.Column("executive_sponsor", sa.String(length=320), nullable=True))
    op.create_index(op.f("ix_account_executive_sponsor"), "account", ["executive_sponsor"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_account_executive_sponsor"), table_name="account")
    op.drop_column("account", "executive_sponsor")
    op.drop_table("sponsor_choice")
