"""Note what lists select and sort by: whether a role is of something open, and when the first of all is due.

Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_OPEN = sa.text("is_open")
_LIVE = sa.text("status IN ('open', 'mitigated', 'resolved')")
_WATCH = sa.text("fired_at IS NULL AND kind = 'watch due'")
_NARROW = ["policy_id", "level", "is_private", "id", "declared_by", "status"]
_WIDE = [*_NARROW, "first_due_at", "acknowledged_at", "kind", "accepted"]
_DUES = ("response_due_at", "resolution_due_at", "customer_update_due_at", "internal_update_due_at", "review_due_at")
# As each database writes it, later than any time.
_NEVER = {"sqlite": "'9999-01-01 00:00:00.000000'", "postgresql": "timestamptz '9999-01-01 00:00:00+00'"}
_LEAST = {"sqlite": "min", "postgresql": "least"}


def upgrade() -> None:
    """Add the columns and their indexes."""
    op.add_column("slot", sa.Column("is_open", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(
        "UPDATE slot SET is_open = false WHERE escalation_id IN (SELECT id FROM escalation WHERE status = 'closed')"
    )
    columns = ["person", "role", "escalation_id", "is_open"]
    op.create_index("ix_slot_open", "slot", columns, postgresql_where=_OPEN, sqlite_where=_OPEN)

    op.add_column("escalation", sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True))
    dialect = op.get_bind().dialect.name
    never = _NEVER[dialect]
    dues = ", ".join(f"coalesce({due}, {never})" for due in _DUES)
    begun = "(kind <> 'account' OR status = 'closed' OR accepted IS TRUE)"
    op.execute(f"UPDATE escalation SET first_due_at = nullif({_LEAST[dialect]}({dues}), {never}) WHERE {begun}")  # noqa: S608 - words of our own
    _index("ix_escalation_live", "escalation", _WIDE, _LIVE)
    # SQLite preferred the index of all waiting timers to this one.
    _index("ix_timer_watch", "timer", ["kind", "due_at", "escalation_id"], _WATCH)


def downgrade() -> None:
    """Drop them."""
    _index("ix_timer_watch", "timer", ["due_at"], _WATCH)
    _index("ix_escalation_live", "escalation", _NARROW, _LIVE)
    op.drop_column("escalation", "first_due_at")
    op.drop_index("ix_slot_open", table_name="slot")
    op.drop_column("slot", "is_open")


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.drop_index(name, table_name=table)
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
