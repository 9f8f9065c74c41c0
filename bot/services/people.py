"""Who is who: the directory's people, and what Slack has said of them.

Records name a person by Slack id as soon as it is known, by e-mail until then.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import false, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import NotFound
from bot.models.account import Account, Person, PersonState
from bot.models.escalation import Participant, Slot
from bot.models.work import EffectKind
from bot.policy.directory import Directory, identity_key
from bot.policy.escalation import EscalationFacts
from bot.policy.rules import Policy
from bot.policy.visibility import may_see
from bot.ports.workspace import Profile
from bot.services import outbox
from bot.services.core import Transaction
from bot.services.outbox import NewEffect

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_STALE = timedelta(days=1)


def is_slack_id(identity: str) -> bool:
    """Tell whether an identity is a Slack id."""
    return _SLACK_ID.fullmatch(identity) is not None


@dataclass
class People:
    """Turns identities into Slack ids, and remembers what Slack said."""

    directory: Directory = field(default_factory=Directory)

    def adopt(self, directory: Directory) -> bool:
        """Go by another directory from now on; tells whether it differs."""
        differs = directory != self.directory
        self.directory = directory
        return differs

    def resolve(self, tx: Transaction, identities: Iterable[str]) -> dict[str, str]:
        """Return for each identity the Slack id, or the e-mail where no Slack id is known yet."""
        wanted = set(identities)
        found = {who: who for who in wanted if is_slack_id(who)}
        found |= {who: known for who in wanted - found.keys() if (known := self.directory.slack_id_of(who))}
        emails = {identity_key(who): who for who in wanted - found.keys()}
        if emails:
            rows = tx.session.scalars(select(Person).where(Person.email.in_(emails))).all()
            found |= {emails[row.email]: row.slack_id for row in rows if row.email and row.slack_id}
        return {who: found.get(who, identity_key(who)) for who in wanted}

    def resolved(self, tx: Transaction, identity: str) -> str:
        """Return one identity's Slack id, or its e-mail where none is known yet."""
        return self.resolve(tx, [identity])[identity]

    def identities(self, tx: Transaction, slack_id: str) -> frozenset[str]:
        """Return every writing by which records may name somebody."""
        emails = tx.session.scalars(select(Person.email).where(Person.slack_id == slack_id, Person.email.is_not(None)))
        return self.directory.identities(slack_id) | {slack_id} | {email for email in emails if email}

    def may_see(self, tx: Transaction, facts: EscalationFacts, policy: Policy, slack_id: str) -> bool:
        """Tell whether somebody may see an escalation anywhere at all."""
        return not facts.is_private or may_see(facts, policy, self.identities(tx, slack_id))

    def must_see(self, tx: Transaction, facts: EscalationFacts, policy: Policy, slack_id: str) -> None:
        """Raise NotFound for whoever may not see it: to them it is as if it were not there."""
        if not self.may_see(tx, facts, policy, slack_id):
            raise NotFound(f"There is no {facts.key}.")

    def reports_of(self, tx: Transaction, manager: str) -> frozenset[str]:
        """Return every writing of everybody who reports to a manager (by Slack id), by the directory."""
        own = self.identities(tx, manager)
        reports = [entry for entry in self.directory.people if entry.manager and identity_key(entry.manager) in own]
        known = self.resolve(tx, [entry.slack_id or entry.email for entry in reports])
        return frozenset(known.values()) | frozenset(identity_key(entry.email) for entry in reports)

    def zone(self, tx: Transaction, slack_id: str) -> ZoneInfo | None:
        """Return somebody's zone, where Slack has told one that there is."""
        named = tx.session.scalars(select(Person.zone).where(Person.slack_id == slack_id)).one_or_none()
        try:
            return ZoneInfo(named) if named else None
        except (KeyError, ValueError, OSError):
            return None

    def learn(self, tx: Transaction, asked: str, profile: Profile | None) -> None:
        """Write down what Slack said when it was asked about somebody; None: it knows nobody by that e-mail.

        Wherever they stand by e-mail they are then named by Slack id.
        """
        asked_email = identity_key(asked) if "@" in asked else None
        email = identity_key(profile.email) if profile and profile.email else asked_email
        slack_id = profile.slack_id if profile else asked if is_slack_id(asked) else None
        try:
            with tx.session.begin_nested():
                _write(tx, slack_id, profile, email)
        except IntegrityError:
            # Somebody else learnt of the same person at the same moment; their row is there now.
            _write(tx, slack_id, profile, email)
        if profile:
            for writing in {email, asked_email} - {None}:
                self._rename(tx, str(writing), profile.slack_id)

    def gone(self, tx: Transaction, identities: Iterable[str]) -> frozenset[str]:
        """Return every writing of those of some people whom Slack does not know to be there."""
        wanted = {identity_key(who) for who in identities}
        named = or_(Person.slack_id.in_(wanted), Person.email.in_(wanted))
        there = select(Person.slack_id, Person.email).where(named, Person.state == PersonState.ACTIVE)
        absent = wanted - {who for row in tx.session.execute(there) for who in row}
        return frozenset[str]().union(*(self.identities(tx, who) for who in absent))

    def look_up(self, tx: Transaction, identities: Collection[str]) -> int:
        """Have Slack asked about everybody of whom nothing fresh is known; returns how many."""
        wanted = {self.directory.slack_id_of(who) or identity_key(who) for who in identities}
        fresh = select(Person.slack_id, Person.email).where(Person.checked_at > tx.now - _STALE)
        known = {identity for row in tx.session.execute(fresh) for identity in row if identity}
        asked = sorted(wanted - known)
        effects = [NewEffect(EffectKind.LOOK_UP, {"who": who}, coalesce=f"look-up:{who}"[:120]) for who in asked]
        outbox.put_all(tx, None, *effects)
        return len(asked)

    def everybody(self, tx: Transaction) -> frozenset[str]:
        """Return every identity that the directory, the accounts and the live records name."""
        columns = (Account.csm, Account.manager)
        named = {who for column in columns for who in tx.session.scalars(select(column).distinct()) if who}
        named |= set(tx.session.scalars(select(Slot.person).distinct()))
        return self.directory.everybody() | named

    def _rename(self, tx: Transaction, email: str, slack_id: str) -> None:
        tx.session.execute(update(Slot).where(func.lower(Slot.person) == email).values(person=slack_id))
        already = select(Participant.escalation_id).where(Participant.person == slack_id)
        tx.session.execute(
            update(Participant)
            .where(func.lower(Participant.person) == email, Participant.escalation_id.not_in(already))
            .values(person=slack_id)
        )


def _write(tx: Transaction, slack_id: str | None, profile: Profile | None, email: str | None) -> None:
    """Leave one row for somebody, whether they were known by Slack id, by e-mail, by both apart, or not at all."""
    keys = [Person.slack_id == slack_id] if slack_id else []
    keys += [Person.email == email] if email else []
    rows = tx.session.scalars(select(Person).where(or_(false(), *keys)).order_by(Person.slack_id.is_(None))).all()
    for double in rows[1:]:
        tx.session.delete(double)
    tx.session.flush()
    row = rows[0] if rows else Person()
    row.slack_id, row.email = slack_id, email
    row.name, row.zone = (profile.name, profile.zone) if profile else (None, None)
    row.state, row.checked_at = _state(profile), tx.now
    tx.session.add(row)
    tx.session.flush()


def _state(profile: Profile | None) -> PersonState:
    if profile is None:
        return PersonState.UNKNOWN_TO_SLACK
    return PersonState.ACTIVE if profile.is_active else PersonState.DEACTIVATED
