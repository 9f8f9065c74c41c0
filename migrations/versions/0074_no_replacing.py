"""Refuse `INSERT OR REPLACE` of what is only ever added, which fires no trigger of deletions in SQLite.

Revises: 0073
"""

from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

_TABLES = ("timeline", "directory_change", "policy_change")


def upgrade() -> None:
    """Add the triggers. PostgreSQL has no statement of that kind that isn't an update."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - the names are ours
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = new.id) "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _TABLES:
            op.execute(f"DROP TRIGGER {table}_no_replace")
