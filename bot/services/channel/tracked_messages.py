"""Tracked messages of a channel: posted once, then edited as the facts change."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.tracked_message import RETIRED, TrackedMessage, TrackedMessageKind
from bot.models.work import EffectKind
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

    def retire(self, tx: Transaction, number: int) -> None:
        """Queue the shortening of messages that an earlier version posted: they aren't redrawn with the card."""
        mine = (TrackedMessage.escalation_id == number, TrackedMessage.kind.in_(RETIRED))
        for kind in tx.session.scalars(select(TrackedMessage.kind).where(*mine)):
            key = f"ESC-{number}:{kind}"
            shorten = NewEffect(EffectKind.TRACKED_MESSAGE, {"sheet": kind}, lane=key, coalesce=key)
            outbox.put_all(tx, number, shorten)

    def retired(self, tx: Transaction, number: int, kind: TrackedMessageKind) -> None:
        """Forget a tracked message that says nothing any more."""
        found = tx.session.get(TrackedMessage, (number, kind))
        if found is not None:
            tx.session.delete(found)
