"""Ask customers by mail, with a signed link, and keep their answers.

Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the evidence of a confirmation."""
    op.create_table(
        "customer_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=320), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name="fk_customer_question_escalation_id_escalation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customer_question"),
    )
    op.create_index("ix_customer_question_escalation_id", "customer_question", ["escalation_id"])
    op.add_column("escalation", sa.Column("confirmed_evidence", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("escalation", "confirmed_evidence")
    op.drop_index("ix_customer_question_escalation_id", table_name="customer_question")
    op.drop_table("customer_question")
