"""Absences as rows: said by the person, or by their status in Slack; and what follows for others."""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import or_, select

from bot.database import outbox, personal_mails
from bot.database.outbox import NewEffect
from bot.database.timeline import ITSELF
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.on_call import Away
from bot.models.people import Slot
from bot.models.work import EffectKind
from bot.policy.decide.absences import is_out_of_office
from bot.policy.model.on_call import AbsenceSource
from bot.policy.record.duty_notices import AwayNoted, BackAgain, DutyNotice, payload_of
from bot.policy.record.escalation import Status
from bot.ports.workspace import Profile

# What the escalations of somebody who holds roles are told.
AWAY: Final = "away"
BACK: Final = "back"
# The pages of an area go to somebody else.
SHIFT: Final = "shift"
# What the thread of mails about it is called.
ON_CALL: Final = "on-call"
_LIVE: Final = (Status.OPEN, Status.MITIGATED, Status.RESOLVED)


def running(tx: Transaction, person: str) -> Away | None:
    """Return the absence of somebody (by Slack id) that is in force or yet to come; the latest made of several."""
    unended = or_(Away.ends_at.is_(None), Away.ends_at > tx.now)
    mine = select(Away).where(Away.person == person, unended).order_by(Away.id.desc())
    return tx.session.scalars(mine.limit(1)).first()


def end(tx: Transaction, person: str) -> Away | None:
    """End all absences of somebody now; return the latest that had begun."""
    unended = or_(Away.ends_at.is_(None), Away.ends_at > tx.now)
    ended = None
    for row in tx.session.scalars(select(Away).where(Away.person == person, unended).order_by(Away.id)):
        if row.starts_at <= tx.now:
            row.ends_at, row.back_told_at, ended = tx.now, tx.now, row
        else:
            tx.session.delete(row)
    return ended


def tell(tx: Transaction, to: str, notice: DutyNotice) -> None:
    """Queue a direct message about being on call or away; a mail to somebody who is known only by mail."""
    effect = NewEffect(EffectKind.DUTY_NOTICE, {**payload_of(notice), "to": to})
    outbox.put_all(tx, None, *personal_mails.in_place_of(tx, effect, ON_CALL))


def held_by(tx: Transaction, identities: Collection[str]) -> list[int]:
    """Return the open escalations on which somebody holds a role, by number."""
    held = select(Slot.escalation_id).join(Escalation, Escalation.id == Slot.escalation_id)
    mine = held.where(Slot.person.in_(identities), Escalation.status.in_(_LIVE))
    return sorted(set(tx.session.scalars(mine)))


def follow(tx: Transaction, numbers: Iterable[int], why: str, person: str) -> None:
    """Queue a look at each escalation's pages, because somebody else gets them now."""
    for number in numbers:
        payload = {"why": why, "person": person}
        key = f"ESC-{number}:duty:{why}:{person}"[:120]
        outbox.put_all(tx, number, NewEffect(EffectKind.DUTY_CHANGED, payload, coalesce=key))


def follow_status(tx: Transaction, profile: Profile) -> None:
    """Begin an absence if somebody's status in Slack says that they are away, and end it if it no longer does.

    What they said themselves counts more: while such an absence is in force or to come, the status changes nothing.
    """
    is_away = profile.is_active and is_out_of_office(profile.status, profile.status_emoji)
    present = running(tx, profile.slack_id)
    if present is not None and present.source is AbsenceSource.SAID:
        return
    if is_away and present is None:
        _begin(tx, profile)
    elif is_away and present is not None:
        present.ends_at = profile.status_until or None
    elif present is not None:
        present.ends_at = present.back_told_at = tx.now
        tell(tx, profile.slack_id, BackAgain(stand_in=present.stand_in))


def _begin(tx: Transaction, profile: Profile) -> None:
    until = profile.status_until
    if until is not None and until <= tx.now:
        return
    tx.session.add(
        Away(
            person=profile.slack_id,
            source=AbsenceSource.SLACK,
            starts_at=tx.now,
            ends_at=until,
            by=ITSELF,
            made_at=tx.now,
            begun_at=tx.now,
        )
    )
    tell(tx, profile.slack_id, AwayNoted(until=until, stand_in=None, by_status=True))
