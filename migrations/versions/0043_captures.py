"""Messages and files of the channel that belong to the record.

Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "captured_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_by", sa.String(length=40), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_captured_message_escalation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_captured_message"),
        sa.UniqueConstraint("escalation_id", "channel", "ts", name="uq_captured_message_escalation_id"),
    )
    op.create_index("ix_captured_message_place", "captured_message", ["channel", "ts"])
    op.create_table(
        "record_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("ts", sa.String(length=40), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_record_file_escalation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_record_file"),
        sa.UniqueConstraint("escalation_id", "file", name="uq_record_file_escalation_id"),
    )
    op.create_index("ix_record_file_place", "record_file", ["channel", "ts"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_record_file_place", table_name="record_file")
    op.drop_table("record_file")
    op.drop_index("ix_captured_message_place", table_name="captured_message")
    op.drop_table("captured_message")
