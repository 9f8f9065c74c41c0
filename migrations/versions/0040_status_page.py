"""Keep what people and the status page say of an outage, and the customers of an incident without an escalation.

Revises: 0039
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the table and the columns."""
    op.add_column("escalation", sa.Column("status_check", _JSON, nullable=True))
    op.add_column("incident", sa.Column("customers", _JSON, nullable=False, server_default=sa.text("'[]'")))
    op.create_table(
        "status_page_reading",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("incidents", _JSON, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("status_page_reading")
    op.drop_column("incident", "customers")
    op.drop_column("escalation", "status_check")
