"""The timeline: every action with its actor, time, before and after, and reason. Append-only."""

from collections.abc import Mapping
from typing import Any

from bot.database.bulk import BulkInsert
from bot.database.transaction import Transaction
from bot.models.base import Base
from bot.models.timeline import TimelineEntry

_ADD = BulkInsert(
    Base.metadata.tables[TimelineEntry.__tablename__],
    ("escalation_id", "at", "actor", "event", "before", "after", "reason"),
)
# The actor of entries that no person caused.
ITSELF = "escalate"


def record(
    tx: Transaction,
    escalation: int,
    event: str,
    *,
    by: str = ITSELF,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Add one entry at the transaction's time. Values in `before` and `after` must be JSON-serializable."""
    entry = {
        "escalation_id": escalation,
        "at": tx.now,
        "actor": by,
        "event": event,
        "before": before,
        "after": after,
        "reason": reason,
    }
    _ADD.hold(tx.session, [entry])
