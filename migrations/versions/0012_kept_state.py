"""Keep what is decided by in columns of its own, no longer in what the timeline says"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_WHEN = sa.DateTime(timezone=True)
_BATCH = 500


def upgrade() -> None:
    """Add the columns and fill them from the timeline, which stays as it is."""
    op.create_table(
        "team_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name=op.f("fk_team_question_escalation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_question")),
    )
    op.create_index("uq_team_question", "team_question", ["escalation_id", "team", "channel", "ts"], unique=True)
    op.add_column("escalation", sa.Column("churn_signs", _JSON, nullable=True))
    op.add_column("escalation", sa.Column("policy_suggested_at", _WHEN, nullable=True))
    op.execute(
        "UPDATE escalation SET policy_suggested_at = found.at FROM (SELECT escalation_id, MAX(at) AS at FROM timeline"
        " WHERE event = 'policy change suggested' GROUP BY escalation_id) AS found"
        " WHERE found.escalation_id = escalation.id"
    )
    _carry_questions()
    _carry_signs()


def downgrade() -> None:
    """Forget them: the timeline still says it all."""
    op.drop_column("escalation", "policy_suggested_at")
    op.drop_column("escalation", "churn_signs")
    op.drop_table("team_question")


def _entries(*events: str) -> list[sa.Row]:  # type: ignore[type-arg] # of rows that are read once
    timeline = sa.table("timeline", *(sa.column(name) for name in ("id", "escalation_id", "event", "after")))
    statement = sa.select(timeline.c.escalation_id, timeline.c.after).where(timeline.c.event.in_(events))
    return list(op.get_bind().execute(statement.order_by(timeline.c.id)).all())


def _after(found: object) -> dict[str, object]:
    value = json.loads(found) if isinstance(found, str) else found
    return value if isinstance(value, dict) else {}


def _carry_questions() -> None:
    table = sa.table("team_question", *(sa.column(name) for name in ("escalation_id", "team", "channel", "ts")))
    asked: dict[tuple[object, ...], None] = {}
    for number, after in _entries("team asked"):
        place = _after(after)
        if {"team", "channel", "ts"} <= place.keys():
            asked[number, place["team"], place["channel"], place["ts"]] = None
    rows = [dict(zip(("escalation_id", "team", "channel", "ts"), key, strict=True)) for key in asked]
    for first in range(0, len(rows), _BATCH):
        op.bulk_insert(table, rows[first : first + _BATCH])


def _carry_signs() -> None:
    table = sa.table("escalation", sa.column("id"), sa.column("churn_signs", _JSON))
    latest = {number: _after(after).get("signs", []) for number, after in _entries("churn risk", "churn risk over")}
    for number, signs in latest.items():
        op.execute(table.update().where(table.c.id == number).values(churn_signs=signs))
