"""Keep which forms have been sent, so that a form that is sent twice does once what it asks for"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_sent",
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_form_sent")),
    )
    op.create_index(op.f("ix_form_sent_sent_at"), "form_sent", ["sent_at"])


def downgrade() -> None:
    op.drop_table("form_sent")
