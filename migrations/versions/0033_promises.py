"""The ledger of promises, filled from the updates as far as they tell what was promised.

Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_OWNER = """COALESCE((SELECT MIN(slot.person) FROM slot WHERE slot.escalation_id = escalation.id
  AND slot.role = {role}), escalation.declared_by)"""
_CUSTOMER = _OWNER.format(role="'relationship_owner'")
_INTERNAL = _OWNER.format(role="'fix_owner'")
_COLUMNS = 'escalation_id, audience, "by", owner, made_at, due_at, state, settled_at, answered_at'

# An update answered the due time stored with it. How many intervals were missed before it isn't known.
_ANSWERED = """
INSERT INTO promise ({columns})
SELECT escalation.id,
  CASE WHEN answer.customer_text <> '' THEN 'customer' ELSE 'internal' END,
  NULL,
  CASE WHEN answer.customer_text <> '' THEN {customer} ELSE {internal} END,
  COALESCE((SELECT MAX(earlier.at) FROM posted_update AS earlier WHERE earlier.escalation_id = escalation.id
    AND earlier.id < answer.id AND (answer.customer_text = '' OR earlier.customer_text <> '')),
    escalation.declared_at),
  answer.answered_due_at,
  CASE WHEN answer.at <= answer.answered_due_at THEN 'kept' ELSE 'late' END,
  answer.at, answer.at
FROM posted_update AS answer JOIN escalation ON escalation.id = answer.escalation_id
WHERE answer.answered_due_at IS NOT NULL
ORDER BY answer.id
"""
_OPEN = """
INSERT INTO promise ({columns})
SELECT escalation.id, '{audience}', NULL, {owner}, COALESCE(escalation.{last}, escalation.declared_at),
  escalation.{due}, 'open', NULL, NULL
FROM escalation
WHERE escalation.{due} IS NOT NULL AND escalation.status IN ('open', 'mitigated')
  AND (escalation.kind <> 'account' OR escalation.accepted)
ORDER BY escalation.id
"""


def upgrade() -> None:
    """Add the table, and write down what the updates and the due times tell."""
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=320), nullable=True),
        sa.Column("owner", sa.String(length=320), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"], name="fk_promise_escalation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
    )
    op.create_index("ix_promise_escalation", "promise", ["escalation_id", "audience", "state"])
    op.create_index("ix_promise_owner", "promise", ["owner", "due_at"])
    op.execute(_ANSWERED.format(columns=_COLUMNS, customer=_CUSTOMER, internal=_INTERNAL))
    for audience, owner, last, due in (
        ("customer", _CUSTOMER, "last_customer_update_at", "customer_update_due_at"),
        ("internal", _INTERNAL, "last_internal_update_at", "internal_update_due_at"),
    ):
        op.execute(_OPEN.format(columns=_COLUMNS, audience=audience, owner=owner, last=last, due=due))


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_promise_owner", table_name="promise")
    op.drop_index("ix_promise_escalation", table_name="promise")
    op.drop_table("promise")
