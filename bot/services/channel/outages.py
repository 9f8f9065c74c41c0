"""After an outage of Slack: what waited for a channel, or for one person about an escalation, becomes one message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select, update

from bot.database import absences, outbox, personal_mails
from bot.database.change import Change
from bot.database.mail_threads import Addressed
from bot.database.outbox import NewEffect
from bot.database.people import is_slack_id
from bot.database.records import Records
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.errors import NotFound, UnreadableRecord
from bot.models.work import QUEUED, Effect, EffectKind, EffectState
from bot.policy.record.announcements.channel import MissedMessage, SlackReturned
from bot.policy.record.announcements.registry import payload_of
from bot.policy.record.duty_notices import ShiftBegins, ShiftTakenOver, StandsIn
from bot.policy.record.mails import DirectMail
from bot.policy.record.notices.channel import MissedNotice
from bot.policy.record.notices.paging import ToldNotice
from bot.policy.record.team_messages import (
    AskedMessage,
    CalledMessage,
    ChasedMessage,
    CopiedMessage,
    LeadMessage,
    ToTeamMessage,
    team_message_of,
)
from bot.services.teams import routes

# Messages of these kinds say in a channel what happened meanwhile.
_TALK: Final = (EffectKind.ANNOUNCEMENT, EffectKind.REMINDER, EffectKind.BREACH)
# So few are read as they are.
_FLOOD: Final = 2
_MOST_KEPT: Final = 40
# Who reads them gets the pages now.
_DUTY: Final = (ShiftBegins.word, ShiftTakenOver.word, StandsIn.word)
_AT_ONCE: Final = 50
# What a team asks of its lead or of who is on call for it.
_ASKED: Final = (AskedMessage.word, ChasedMessage.word, LeadMessage.word, CalledMessage.word, CopiedMessage.word)
_PERSON: Final = Effect.payload["channel"].as_string()
_CANT_WAIT: Final = or_(
    (Effect.kind == EffectKind.DUTY_NOTICE) & Effect.payload["notice"].as_string().in_(_DUTY),
    (Effect.kind == EffectKind.DIRECT) & (Effect.payload["notice"].as_string() == ToldNotice.word),
    (Effect.kind == EffectKind.TEAM)
    & Effect.payload["what"].as_string().in_(_ASKED)
    & or_(_PERSON.like("U%"), _PERSON.like("W%")),
)
_TO_PEOPLE: Final = (
    select(Effect.id, Effect.kind, Effect.payload, Effect.escalation_id)
    .where(Effect.state.in_(QUEUED), Effect.kind.in_((EffectKind.DUTY_NOTICE, EffectKind.DIRECT, EffectKind.TEAM)))
    .where(_CANT_WAIT)
    .order_by(Effect.id)
    .limit(_AT_ONCE)
)
# Messages that are taken back or edited later by themselves: those that mention other escalations, and updates.
_STAND_ALONE: Final = ("names", "incident", "update")
# The words of what was put together in an earlier outage.
_SUMMARIES: Final = (SlackReturned.word, MissedNotice.word)


@dataclass(frozen=True)
class Outages:
    """Put together what piled up for channels."""

    records: Records

    def piled_up(self) -> Sequence[int]:
        """Return the escalations for whose channel several messages wait."""
        waiting = (Effect.state == EffectState.READY, Effect.kind.in_(_TALK), Effect.escalation_id.is_not(None))
        with self.records.database.transaction() as tx:
            found = select(Effect.escalation_id).where(*waiting).group_by(Effect.escalation_id)
            numbers = set(tx.session.scalars(found.having(func.count() >= _FLOOD)))
            mine = (Effect.state == EffectState.READY, Effect.kind == EffectKind.DIRECT)
            directly = select(Effect.escalation_id).where(*mine, Effect.escalation_id.is_not(None))
            several = directly.group_by(Effect.escalation_id, Effect.lane).having(func.count() >= _FLOOD)
            return sorted(number for number in numbers | set(tx.session.scalars(several)) if number is not None)

    def put_together(self, number: int, away_for: timedelta) -> bool:
        """Replace the messages that wait for an escalation's channel by one, and those that wait for each person.

        Return True if there were several. Several processes may do it at once: it is done once.
        """
        with self.records.database.transaction() as tx:
            try:
                change = self.records.within(tx, number)
            except (NotFound, UnreadableRecord):
                return False
            talk = _taken(tx, _waiting(tx, number, _TALK))
            if talk:
                told = SlackReturned(
                    since=tx.now - away_for,
                    until=tx.now,
                    missed=tuple(_missed(effect, effect.created_at) for effect in talk[-_MOST_KEPT:]),
                    count=len(talk),
                )
                lane = f"{change.row.key}:talk"
                outbox.put(
                    tx, number, NewEffect(EffectKind.ANNOUNCEMENT, payload_of(told), lane=lane, rank=change.rank)
                )
            directly = self._directly(change, away_for)
            return bool(talk) or directly

    def mail_meanwhile(self) -> int:
        """Mail people what can't wait for Slack to be back. Return how many messages were mailed.

        That is who is on call or stands in now, what a team's lead or who is on call for it is asked, and what a level
        tells its roles. What is mailed isn't posted later. Several processes may do it at once: it is done once.
        """
        if not self.records.service_settings.sends_mail:
            return 0
        with self.records.database.transaction() as tx:
            found = tx.session.execute(_TO_PEOPLE).all()
        return sum(self._is_mailed(effect.id, effect.kind, effect.payload, effect.escalation_id) for effect in found)

    def _is_mailed(self, effect: int, kind: EffectKind, payload: Mapping[str, Any], number: int | None) -> bool:
        """Mail what waits for one person, unless somebody else did, or mail reaches them no better."""
        person = payload["channel"] if kind is EffectKind.TEAM else payload["to"]
        with self.records.database.transaction() as tx:
            address = self.records.people.address(tx, person) if is_slack_id(person) else None
            if address is None:
                return False
            if number is None:
                if not _drop(tx, [effect]):
                    return False
                notice = NewEffect(kind, dict(payload))
                outbox.put_all(tx, None, *personal_mails.in_place_of(tx, notice, absences.ON_CALL, address=address))
                return True
            try:
                change = self.records.within(tx, number)
            except (NotFound, UnreadableRecord):
                return False
            told = team_message_of(payload) if kind is EffectKind.TEAM else None
            if isinstance(told, ToTeamMessage) and change.policy.team(told.team).email == address:
                return False
            if not _drop(tx, [effect]):
                return False
            if isinstance(told, ToTeamMessage):
                routes.mail_instead(change, told, address)
            else:
                mail = DirectMail(person=person, kind=kind, payload=payload, instead=True)
                change.mail(Addressed(mail=mail, to=address))
            change.finish()
            return True

    def _directly(self, change: Change, away_for: timedelta) -> bool:
        """Replace the direct messages that wait for one person by one; return True if there were several for any."""
        tx, number = change.tx, change.row.id
        found: dict[str, list[Effect]] = {}
        for effect in _waiting(tx, number, (EffectKind.DIRECT,)):
            found.setdefault(str(effect.payload.get("to")), []).append(effect)
        has_several = False
        for person, waiting in found.items():
            if missed := _taken(tx, waiting):
                has_several = True
                notice = MissedNotice(
                    since=tx.now - away_for,
                    until=tx.now,
                    missed=tuple(_missed(effect, effect.created_at) for effect in missed[-_MOST_KEPT:]),
                    count=len(missed),
                )
                change.notify(notice, person)
        return has_several


def _waiting(tx: Transaction, number: int, kinds: Sequence[EffectKind]) -> list[Effect]:
    """Return the messages that wait and can be put together, oldest first: no summary of an earlier outage."""
    mine = (Effect.escalation_id == number, Effect.state == EffectState.READY, Effect.kind.in_(kinds))
    found = tx.session.scalars(select(Effect).where(*mine).order_by(Effect.id)).all()
    return [effect for effect in found if not _stands_alone(effect.payload)]


def _stands_alone(payload: Mapping[str, Any]) -> bool:
    is_summary = payload.get("what", payload.get("notice")) in _SUMMARIES
    return is_summary or any(payload.get(name) for name in _STAND_ALONE)


def _taken(tx: Transaction, waiting: Sequence[Effect]) -> list[Effect]:
    """Drop messages that are several; return those that nobody else has taken meanwhile, none if one is left."""
    if len(waiting) < _FLOOD:
        return []
    taken = _drop(tx, [effect.id for effect in waiting])
    return [effect for effect in waiting if effect.id in taken]


def _drop(tx: Transaction, ids: Sequence[int]) -> set[int]:
    """Drop messages that nobody else has taken meanwhile; return those."""
    gone = {"state": EffectState.DROPPED, "settled_at": tx.real_now}
    mine = (Effect.id.in_(ids), Effect.state.in_(QUEUED))
    dropped = update(Effect).where(*mine).values(gone).returning(Effect.id)
    return set(tx.session.scalars(dropped, execution_options=UNSYNCHRONISED))


def _missed(effect: Effect, at: datetime) -> MissedMessage:
    return MissedMessage(at=at, is_announcement=effect.kind is EffectKind.ANNOUNCEMENT, payload=dict(effect.payload))
