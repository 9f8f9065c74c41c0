"""Let somebody be named by e-mail who approves a request by mail.

Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the column."""
    _resize(40, 320)


def downgrade() -> None:
    """Narrow the column."""
    _resize(320, 40)


def _resize(before: int, after: int) -> None:
    with op.batch_alter_table("verification_approval") as batch:
        batch.alter_column("by", existing_type=sa.String(before), type_=sa.String(after), existing_nullable=False)
