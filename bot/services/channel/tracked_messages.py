"""Tracked messages of a channel: posted once, then edited as the facts change."""

from dataclasses import dataclass

from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.tracked_message import TrackedMessage, TrackedMessageKind
from bot.ports.workspace import Posted


@dataclass(frozen=True)
class TrackedMessages:
    """Store where the tracked messages of escalations are."""

    records: Records

    def where(self, number: int, kind: TrackedMessageKind) -> Posted | None:
        """Return where a tracked message is, if it was posted. It may be in a channel left behind by a reopening."""
        with self.records.database.transaction() as tx:
            found = tx.session.get(TrackedMessage, (number, kind))
            return Posted(found.channel, found.ts) if found else None

    def posted(self, tx: Transaction, number: int, kind: TrackedMessageKind, at: Posted) -> None:
        """Store where a tracked message is now."""
        tx.session.merge(TrackedMessage(escalation_id=number, kind=kind, channel=at.channel, ts=at.ts))
