"""After an outage of Slack: the messages that waited for a channel become one, so that nobody has to read a flood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import UNSYNCHRONISED
from bot.errors import NotFound, UnreadableRecord
from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.record.announcements.channel import MissedMessage, SlackReturned
from bot.policy.record.announcements.registry import payload_of

# Messages of these kinds say in a channel what happened meanwhile.
_TALK: Final = (EffectKind.ANNOUNCEMENT, EffectKind.REMINDER, EffectKind.BREACH)
# So few are read as they are.
_FLOOD: Final = 2
_MOST_KEPT: Final = 40
# Messages that are taken back or edited later by themselves: those that mention other escalations, and updates.
_STAND_ALONE: Final = ("names", "incident", "update")


@dataclass(frozen=True)
class Outages:
    """Put together what piled up for channels."""

    records: Records

    def piled_up(self) -> Sequence[int]:
        """Return the escalations for whose channel several messages wait."""
        waiting = (Effect.state == EffectState.READY, Effect.kind.in_(_TALK), Effect.escalation_id.is_not(None))
        with self.records.database.transaction() as tx:
            found = select(Effect.escalation_id).where(*waiting).group_by(Effect.escalation_id)
            return [number for number in tx.session.scalars(found.having(func.count() >= _FLOOD)) if number is not None]

    def put_together(self, number: int, away_for: timedelta) -> bool:
        """Replace the messages that wait for an escalation's channel by one; return True if there were several."""
        with self.records.database.transaction() as tx:
            try:
                change = self.records.within(tx, number)
            except (NotFound, UnreadableRecord):
                return False
            mine = (Effect.escalation_id == number, Effect.state == EffectState.READY, Effect.kind.in_(_TALK))
            found = tx.session.scalars(select(Effect).where(*mine).order_by(Effect.id)).all()
            waiting = [effect for effect in found if not any(effect.payload.get(name) for name in _STAND_ALONE)]
            if len(waiting) < _FLOOD:
                return False
            ids = [effect.id for effect in waiting]
            gone = {"state": EffectState.DROPPED, "settled_at": tx.real_now}
            dropped = update(Effect).where(Effect.id.in_(ids), Effect.state == EffectState.READY).values(gone)
            tx.session.execute(dropped.execution_options(**UNSYNCHRONISED))
            told = SlackReturned(
                since=tx.now - away_for,
                until=tx.now,
                missed=tuple(_missed(effect, effect.created_at) for effect in waiting[-_MOST_KEPT:]),
                count=len(waiting),
            )
            lane = f"{change.row.key}:talk"
            outbox.put(tx, number, NewEffect(EffectKind.ANNOUNCEMENT, payload_of(told), lane=lane, rank=change.rank))
            return True


def _missed(effect: Effect, at: datetime) -> MissedMessage:
    return MissedMessage(at=at, is_announcement=effect.kind is EffectKind.ANNOUNCEMENT, payload=dict(effect.payload))
