"""Let timers that fail wait, and what is long over be found and removed"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_timer_waiting", "timer", ["escalation_id"], "fired_at IS NULL"),
    ("ix_timer_failing", "timer", ["failures"], "fired_at IS NULL AND failures > 0"),
    ("ix_timer_fired", "timer", ["fired_at", "id"], "fired_at IS NOT NULL"),
    ("ix_effect_settled", "effect", ["settled_at", "id"], "state IN ('done', 'dropped')"),
    ("ix_effect_homes", "effect", ["coalesce_key", "id"], "kind = 'home' AND state = 'done'"),
)


def upgrade() -> None:
    op.add_column("timer", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    for name, table, columns, where in _INDEXES:
        op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    for name, table, _columns, _where in _INDEXES:
        op.drop_index(name, table)
    op.drop_column("timer", "not_before")
