"""Keep what became of each text for the customer: sent, said, or waiting.

Revises: 0035
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table. What an earlier version posted as the customer's counted as told, by whoever posted it."""
    op.create_table(
        "customer_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=True),
        sa.Column("asked_of", sa.String(length=320), nullable=True),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("told_by", sa.String(length=40), nullable=True),
        sa.Column("told_at", _TIME, nullable=True),
        sa.Column("due_before", _TIME, nullable=True),
        sa.Column("last_before", _TIME, nullable=True),
        sa.Column("recipients", _JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name=op.f("fk_customer_text_escalation_id_escalation")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["posted_update.id"], name=op.f("fk_customer_text_update_id_posted_update")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_text")),
        sa.UniqueConstraint("update_id", name=op.f("uq_customer_text_update_id")),
    )
    op.create_index(op.f("ix_customer_text_escalation_id"), "customer_text", ["escalation_id"])
    op.execute(
        'INSERT INTO customer_text (escalation_id, update_id, state, "by", "at", next_at, told_by, told_at) '
        """SELECT escalation_id, id, 'said', "by", "at", next_promised_at, "by", "at" """
        "FROM posted_update WHERE customer_text <> ''"
    )
    op.add_column("mail_thread", sa.Column("for_customer", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_index("uq_mail_thread", table_name="mail_thread")
    op.create_index("uq_mail_thread", "mail_thread", ["about", "address", "for_customer"], unique=True)
    op.add_column("escalation", sa.Column("open_text", _JSON, nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "open_text")
    op.execute("DELETE FROM mail_received WHERE thread_id IN (SELECT id FROM mail_thread WHERE for_customer)")
    op.execute("DELETE FROM mail_thread WHERE for_customer")
    op.drop_index("uq_mail_thread", table_name="mail_thread")
    op.create_index("uq_mail_thread", "mail_thread", ["about", "address"], unique=True)
    op.drop_column("mail_thread", "for_customer")
    op.drop_index(op.f("ix_customer_text_escalation_id"), table_name="customer_text")
    op.drop_table("customer_text")
