"""Keep which customers renewed, and when one left.

Revises: 0069
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "renewal",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_renewal_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "due_on", name=op.f("pk_renewal")),
    )
    op.create_index(op.f("ix_renewal_due_on"), "renewal", ["due_on"])
    op.add_column("account", sa.Column("churned_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_account_churned_on"), "account", ["churned_on"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_account_churned_on"), table_name="account")
    op.drop_column("account", "churned_on")
    op.drop_index(op.f("ix_renewal_due_on"), table_name="renewal")
    op.drop_table("renewal")
