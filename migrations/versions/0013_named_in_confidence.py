"""Keep what has named an account, so that one that was only named in confidence is offered to nobody else"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; an account that a declaration made, and nothing has changed since, was named by declarations."""
    op.add_column("account", sa.Column("named_by", sa.String(length=40), server_default="directory", nullable=False))
    op.execute(
        "UPDATE account SET named_by = 'declaration' WHERE updated_at = created_at AND EXISTS"
        " (SELECT 1 FROM escalation WHERE account_id = account.id AND declared_at = account.created_at)"
    )
    op.execute(
        "UPDATE account SET named_by = 'confidence' WHERE named_by = 'declaration' AND NOT EXISTS"
        " (SELECT 1 FROM escalation WHERE account_id = account.id AND NOT is_private)"
    )
    op.create_index(
        "ix_account_in_confidence",
        "account",
        ["id"],
        postgresql_where=sa.text("named_by = 'confidence'"),
        sqlite_where=sa.text("named_by = 'confidence'"),
    )


def downgrade() -> None:
    """Forget it: every account is offered to everybody again."""
    op.drop_index("ix_account_in_confidence", table_name="account")
    op.drop_column("account", "named_by")
