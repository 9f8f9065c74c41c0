"""Keep mails: their threads, the answers that came, and how teams were asked.

Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables and the column."""
    op.add_column("escalation", sa.Column("team_routes", _JSON, nullable=False, server_default=sa.text("'[]'")))
    op.create_table(
        "mail_thread",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("escalation_id", sa.Integer(), sa.ForeignKey("escalation.id"), nullable=True),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("token", sa.String(40), nullable=False, unique=True),
        sa.Column("first_mail", sa.String(80), nullable=False),
        sa.Column("latest_mail", sa.String(80), nullable=False),
    )
    op.create_index("ix_mail_thread_escalation_id", "mail_thread", ["escalation_id"])
    op.create_index("uq_mail_thread", "mail_thread", ["about", "address"], unique=True)
    op.create_table(
        "mail_received",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("thread_id", sa.Integer(), sa.ForeignKey("mail_thread.id"), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_mail_received_thread_id", "mail_received", ["thread_id"])
    op.create_index("ix_mail_received_received_at", "mail_received", ["received_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("mail_received")
    op.drop_table("mail_thread")
    op.drop_column("escalation", "team_routes")
