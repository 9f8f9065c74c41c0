"""Write down when a record needs somebody's attention next, so that no loop has to read all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the moments, fill them from what is there, and index them."""
    op.add_column("account", sa.Column("unweighed_since", _WHEN, nullable=True))
    op.add_column("escalation", sa.Column("weigh_at", _WHEN, nullable=True))
    op.add_column("escalation", sa.Column("next_due_at", _WHEN, nullable=True))
    # What is open is weighed at once: nobody can say any more whether its account has changed since.
    op.execute(
        "UPDATE escalation SET weigh_at = COALESCE(weighed_at, declared_at)"
        " WHERE status IN ('open', 'mitigated') AND (kind <> 'account' OR accepted)"
    )
    op.execute(
        "UPDATE escalation SET next_due_at = (SELECT MIN(timer.due_at) FROM timer"
        " WHERE timer.escalation_id = escalation.id AND timer.fired_at IS NULL)"
    )
    # Closed without being archived, and no timer for it: the audit looks at it once.
    op.execute(
        "UPDATE escalation SET next_due_at = closed_at WHERE status = 'closed' AND next_due_at IS NULL"
        " AND channel_id IS NOT NULL AND channel_archived_at IS NULL AND NOT is_private AND NOT preserves_evidence"
    )
    _index("ix_account_unweighed", "account", ["unweighed_since", "id"], "unweighed_since IS NOT NULL")
    _index("ix_escalation_weigh", "escalation", ["weigh_at", "id"], "weigh_at IS NOT NULL")
    _index("ix_escalation_next_due", "escalation", ["next_due_at", "id"], "next_due_at IS NOT NULL")
    _index("ix_effect_waiting", "effect", ["after_id"], "state = 'waiting'")
    _index("ix_escalation_nothing_due", "escalation", ["id"], "next_due_at IS NULL AND status <> 'closed'")


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_effect_waiting", "effect")
    op.drop_index("ix_escalation_nothing_due", "escalation")
    op.drop_index("ix_escalation_next_due", "escalation")
    op.drop_index("ix_escalation_weigh", "escalation")
    op.drop_index("ix_account_unweighed", "account")
    op.drop_column("escalation", "next_due_at")
    op.drop_column("escalation", "weigh_at")
    op.drop_column("account", "unweighed_since")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)
