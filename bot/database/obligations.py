"""The rows that say what people owe, kept in line with the facts. `bot.database.obligation_queries` reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert

from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models.escalation import Escalation
from bot.models.obligation import Obligation
from bot.policy.model.rules import Policy
from bot.policy.plan.obligations import obligations
from bot.policy.record.escalation import EscalationFacts

Stored = Sequence[Mapping[str, Any]]


def stored(facts: EscalationFacts, policy: Policy) -> Stored:
    """Return what is owed as the escalation's row has it."""
    return [
        {
            "kind": one.kind.value,
            "person": one.person,
            "since": one.since.isoformat(),
            "due_at": one.due_at.isoformat() if one.due_at is not None else None,
            "about": one.about,
            "by": one.by,
        }
        for one in obligations(facts, policy)
    ]


def note(tx: Transaction, row: Escalation, facts: EscalationFacts, policy: Policy) -> None:
    """Store what is owed, if it has changed."""
    now = stored(facts, policy)
    if now == row.obligations:
        return
    row.obligations = list(map(dict, now))
    tx.session.execute(delete(Obligation).where(Obligation.escalation_id == row.id), execution_options=UNSYNCHRONISED)
    if now:
        rows = [{**asdict(one), "escalation_id": row.id} for one in obligations(facts, policy)]
        tx.session.execute(insert(Obligation), rows)


def owing(row: Escalation) -> frozenset[str]:
    """Return who owes something, as it is stored."""
    return frozenset(one["person"] for one in row.obligations)
