"""Profiles of people from Slack: stored, and asked for again when two answers contradict each other.

An e-mail address alone proves no identity: only accounts of our own workspace have one here, and an address in use by
one account isn't given to another.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, false, or_, select, union, update
from sqlalchemy.exc import IntegrityError

from bot.database import absences, outbox
from bot.database.homes import home_of
from bot.database.locks import lock_escalation
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.models.account import Person, PersonState
from bot.models.base import Unreadable
from bot.models.pages import Page
from bot.models.people import Participant, Slot
from bot.models.work import EffectKind
from bot.policy.members import Admission, MemberType, admission
from bot.policy.model.directory import identity_key
from bot.ports.workspace import Profile

# If two answers of Slack contradict each other, ask again, but not for ever.
_AGAIN = timedelta(minutes=1)


def learn(tx: Transaction, asked: str, profile: Profile | None, *, also: Collection[int] = ()) -> None:
    """Store what Slack said about somebody; None: nobody has that identity.

    Accounts of our own workspace that records name by e-mail are then named by Slack id. Lock order: the
    escalations that change, and those the caller is about to change (`also`), by number, before their people.
    """
    asked_email = identity_key(asked) if "@" in asked else None
    if profile is not None and not profile.member_type.is_ours:
        # Another workspace chooses its addresses freely, so they prove nothing.
        email = None
    else:
        email = identity_key(profile.email) if profile and profile.email else asked_email
    writings = {writing for writing in (email, asked_email) if writing}
    _lock(tx, writings, also)
    if profile is None:
        _store_unknown(tx, asked, asked_email)
        return
    if email is None and asked_email is not None:
        _store_unknown(tx, asked, asked_email)
    try:
        with tx.session.begin_nested():
            is_theirs = _write(tx, profile, email)
    except IntegrityError:
        # A concurrent look-up of the same person has written their row by now.
        is_theirs = _write(tx, profile, email)
    if profile.member_type is MemberType.MEMBER:
        absences.follow_status(tx, profile)
    if is_theirs:
        _rename(tx, writings, profile.slack_id)


def heard(tx: Transaction, profile: Profile) -> bool:
    """Process what an event says about a known person; return True if anything is new.

    Events come late, twice and in any order. So a loss of membership is believed at once; for everything else Slack
    is asked.
    """
    row = tx.session.scalars(select(Person).where(Person.slack_id == profile.slack_id)).one_or_none()
    if row is None:
        return False
    absences.follow_status(tx, profile)
    told = (_state(profile), profile.member_type, profile.zone, profile.is_admin)
    known = (row.state, row.member_type, row.zone, row.is_admin)
    if told == known and profile.name == row.name and _has_email(row, profile):
        return False
    if admission_of(_state(profile), profile.member_type) is Admission.REFUSED:
        _store_membership(tx, row, profile)
    _ask(tx, profile.slack_id)
    return True


def _store_membership(tx: Transaction, row: Person, profile: Profile) -> None:
    """Store somebody's membership; redraw the Home tab empty if they may no longer use Escalate."""
    row.is_admin = profile.is_admin
    was_admitted = row.state is PersonState.ACTIVE and row.member_type is MemberType.MEMBER
    row.state, row.member_type = _state(profile), profile.member_type
    if was_admitted and admission_of(row.state, row.member_type) is Admission.REFUSED:
        outbox.put_all(tx, None, home_of(profile.slack_id))


def _ask(tx: Transaction, who: str) -> None:
    outbox.put_all(tx, None, look_up_effect(who))


def _store_unknown(tx: Transaction, asked: str, email: str | None) -> None:
    """Store that nobody has a Slack id or an e-mail address.

    An address stays with the account that had it until Slack was asked about that account: it may have been
    deactivated, or have another address now.
    """
    mine = Person.email == email if email else Person.slack_id == asked
    row = tx.session.scalars(select(Person).where(mine)).one_or_none()
    if row is not None and email and row.slack_id:
        if is_older(row.checked_at, tx.now - _AGAIN):
            _ask(tx, row.slack_id)
        return
    if row is None:
        row = Person(slack_id=None if email else asked, email=email, name=None, zone=None, member_type=None)
        tx.session.add(row)
    row.state, row.checked_at = PersonState.UNKNOWN_TO_SLACK, tx.now
    tx.session.flush()


def _write(tx: Transaction, profile: Profile, email: str | None) -> bool:
    """Keep one row for somebody; return True if the e-mail address is theirs.

    It isn't while another account that is in use has it: then Slack is asked about that account, and once more
    about this one.
    """
    keys = [Person.slack_id == profile.slack_id, *([Person.email == email] if email else [])]
    rows = tx.session.scalars(select(Person).where(or_(false(), *keys))).all()
    row = next((row for row in rows if row.slack_id == profile.slack_id), None)
    holder = next((row for row in rows if email and row.email == email), None)
    if holder is not None and holder is not row:
        if holder.slack_id is None:
            row, spare = holder, row
            if spare is not None:
                tx.session.delete(spare)
        elif holder.state is PersonState.ACTIVE:
            email = None
            _ask_both(tx, holder, profile.slack_id)
        else:
            holder.email = None
        tx.session.flush()
    if row is None:
        row = Person()
        tx.session.add(row)
    row.slack_id, row.email, row.name, row.zone = profile.slack_id, email, profile.name, profile.zone
    row.checked_at = tx.now
    _store_membership(tx, row, profile)
    tx.session.flush()
    return email is not None


def _ask_both(tx: Transaction, holder: Person, other: str) -> None:
    if holder.slack_id and is_older(holder.checked_at, tx.now - _AGAIN):
        first = outbox.put(tx, None, NewEffect(EffectKind.LOOK_UP, {"who": holder.slack_id}))
        outbox.put(tx, None, NewEffect(EffectKind.LOOK_UP, {"who": other}), after=first)


def look_up_effect(who: str) -> NewEffect:
    """Return the effect that looks somebody up in Slack."""
    return NewEffect(EffectKind.LOOK_UP, {"who": who}, coalesce=f"look-up:{who}"[:120])


def _lock(tx: Transaction, emails: Collection[str], also: Collection[int]) -> None:
    """Lock the escalations that name somebody by e-mail, and those of `also`, by number."""
    if not emails and not also:
        return
    named = union(
        select(Slot.escalation_id).where(Slot.person.in_(emails)),
        select(Participant.escalation_id).where(Participant.person.in_(emails)),
        select(Page.escalation_id).where(Page.person.in_(emails), Page.ended_at.is_(None)),
    )
    numbers = sorted({*tx.session.scalars(named), *also})
    for number in numbers:
        lock_escalation(tx, number)


def _rename(tx: Transaction, emails: Collection[str], slack_id: str) -> None:
    """Replace somebody's e-mail by their Slack id wherever records name them."""
    tx.session.execute(update(Slot).where(Slot.person.in_(emails)).values(person=slack_id))
    already = select(Participant.escalation_id).where(Participant.person == slack_id)
    by_email = and_(Participant.person.in_(emails), Participant.escalation_id.not_in(already))
    tx.session.execute(update(Participant).where(by_email).values(person=slack_id))
    # A page that still rings passes on, and shrinks, with its person. One that has ended says who it was sent to.
    ringing = and_(Page.person.in_(emails), Page.ended_at.is_(None))
    tx.session.execute(update(Page).where(ringing).values(person=slack_id))


def is_older(checked_at: datetime | Unreadable, than: datetime) -> bool:
    """Return True if Slack's answer is older, or of a time that can't be read: the next answer repairs it."""
    return isinstance(checked_at, Unreadable) or checked_at <= than


def _state(profile: Profile) -> PersonState:
    return PersonState.ACTIVE if profile.is_active else PersonState.DEACTIVATED


def admission_of(state: PersonState, member_type: MemberType | None) -> Admission:
    """Return whether somebody may use Escalate, by what is stored of them."""
    is_active = None if state is PersonState.UNKNOWN_TO_SLACK else state is PersonState.ACTIVE
    return admission(member_type, is_active=is_active)


def _has_email(row: Person, profile: Profile) -> bool:
    """Return True if an event has nothing new about somebody's address; one that leaves it out has nothing."""
    return not profile.email or not profile.member_type.is_ours or row.email == identity_key(profile.email)
