"""Keep the cause that a programme's plan answers, the customer's agreement to it, and what they were told of it.

Revises: 0056
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("proposal", sa.Column("cause", sa.Text(), nullable=True))
    op.add_column("proposal", sa.Column("cause_looked_for_by", sa.String(length=320), nullable=True))
    op.add_column("proposal", sa.Column("plan_customer", sa.Text(), nullable=True))
    op.add_column("proposal", sa.Column("plan_agreed_on", sa.Date(), nullable=True))
    op.add_column("proposal", sa.Column("plan_agreed_noted_by", sa.String(length=40), nullable=True))
    op.add_column("proposal", sa.Column("plan_texts", _JSON, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    """Drop them."""
    columns = ("plan_texts", "plan_agreed_noted_by", "plan_agreed_on", "plan_customer", "cause_looked_for_by", "cause")
    for column in columns:
        op.drop_column("proposal", column)
