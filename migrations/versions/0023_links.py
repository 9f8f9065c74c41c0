"""Keep which signed links were used, and let somebody be named by e-mail who acts from outside Slack.

Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_BY = (("timeline", "actor", False), ("escalation", "acknowledged_by", True), ("page", "acknowledged_by", True))


def upgrade() -> None:
    """Add the table, and widen the columns."""
    op.create_table(
        "link_use",
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("link"),
    )
    op.create_index("ix_link_use_used_at", "link_use", ["used_at"])
    for table, column, nullable in _BY:
        _resize(table, column, 40, 320, nullable=nullable)


def downgrade() -> None:
    """Drop the table, and narrow the columns."""
    for table, column, nullable in _BY:
        _resize(table, column, 320, 40, nullable=nullable)
    op.drop_index("ix_link_use_used_at", table_name="link_use")
    op.drop_table("link_use")


def _resize(table: str, column: str, before: int, after: int, *, nullable: bool) -> None:
    with op.batch_alter_table(table) as batch:
        batch.alter_column(column, existing_type=sa.String(before), type_=sa.String(after), existing_nullable=nullable)
