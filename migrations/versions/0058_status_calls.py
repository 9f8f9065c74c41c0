"""Status calls of an account programme.

Revises: 0057
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the table, and the copy of what is planned."""
    op.create_table(
        "status_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=80), nullable=False),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=320), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("invited", _JSON, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("noted_by", sa.String(length=40), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_status_call_escalation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_status_call"),
        sa.UniqueConstraint("escalation_id", "request", name="uq_status_call_escalation_id"),
    )
    op.create_index("ix_status_call_escalation_id", "status_call", ["escalation_id"])
    op.add_column("escalation", sa.Column("status_call", _JSON, nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "status_call")
    op.drop_index("ix_status_call_escalation_id", table_name="status_call")
    op.drop_table("status_call")
