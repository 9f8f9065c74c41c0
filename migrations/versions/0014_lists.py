"""Let lists be selected, ordered and counted by the database: what is due when, and the indexes for it.

Revises: 0013
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('open', 'mitigated', 'resolved')")
_HAS_CAUSE = sa.text("cause IS NOT NULL")
_SUGGESTED = sa.text("policy_suggested_at IS NOT NULL")
_WATCH = sa.text("fired_at IS NULL AND kind = 'watch due'")
_TIME = sa.DateTime(timezone=True)
_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "response_due_at": _TIME,
    "resolution_due_at": _TIME,
    "review_due_at": _TIME,
    "cause_key": sa.String(240),
}
_INDEXES = (
    ("ix_escalation_live", "escalation", ["policy_id", "level", "is_private", "id", "declared_by"], _LIVE),
    ("ix_escalation_live_account", "escalation", ["account_id", "id"], _LIVE),
    ("ix_escalation_live_declarer", "escalation", ["declared_by"], _LIVE),
    ("ix_escalation_account_declared", "escalation", ["account_id", "declared_at"], None),
    ("ix_escalation_cause", "escalation", ["cause_key", "resolved_at"], _HAS_CAUSE),
    ("ix_escalation_named", "escalation", ["resolved_at"], _HAS_CAUSE),
    ("ix_slot_person", "slot", ["person", "escalation_id", "role"], None),
    ("ix_escalation_suggested", "escalation", ["policy_suggested_at"], _SUGGESTED),
    ("ix_timer_watch", "timer", ["due_at"], _WATCH),
)
# The timers say when a running clock and a review are due. The audit puts right what they do not know.
_DUE = """
UPDATE escalation SET {column} = (
    SELECT max(timer.due_at) FROM timer
    WHERE timer.escalation_id = escalation.id AND timer.kind = '{kind}' AND timer.key LIKE '%\\:{key}\\:%'
) WHERE status IN ('open', 'mitigated', 'resolved') AND {runs}
"""
_RUNS = """EXISTS (
    SELECT 1 FROM clock_span
    WHERE clock_span.escalation_id = escalation.id AND clock_span.kind = '{clock}' AND clock_span.stopped_at IS NULL
)"""


def upgrade() -> None:
    """Add the columns with what is known, and the indexes."""
    for name, kind in _COLUMNS.items():
        op.add_column("escalation", sa.Column(name, kind, nullable=True))
    for clock in ("response", "resolution"):
        runs = _RUNS.format(clock=clock)
        op.execute(_DUE.format(column=f"{clock}_due_at", kind="clock breach", key=f"{clock}-due", runs=runs))
    op.execute(_DUE.format(column="review_due_at", kind="review due", key="review", runs="review_finished_on IS NULL"))
    _write_cause_keys()
    op.drop_index("ix_slot_person", "slot")
    op.drop_index("ix_escalation_account_id", "escalation")
    for name, table, columns, where in _INDEXES:
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Forget them."""
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table)
    op.create_index("ix_escalation_account_id", "escalation", ["account_id"])
    op.create_index("ix_slot_person", "slot", ["person"])
    for name in reversed(_COLUMNS):
        op.drop_column("escalation", name)


def _write_cause_keys() -> None:
    """Write down what makes causes the same: no database folds case and blanks as Python does."""
    table = sa.table("escalation", sa.column("id"), sa.column("cause"), sa.column("cause_key"))
    connection = op.get_bind()
    causes = connection.execute(sa.select(table.c.id, table.c.cause).where(table.c.cause.is_not(None))).all()
    if causes:
        connection.execute(
            sa.update(table).where(table.c.id == sa.bindparam("number")).values(cause_key=sa.bindparam("key")),
            [{"number": number, "key": " ".join(cause.split()).casefold()} for number, cause in causes],
        )
