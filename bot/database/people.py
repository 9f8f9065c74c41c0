"""Identities: who is meant by a Slack id or an e-mail address, by the directory and by what Slack said.

Records name a person by Slack id as soon as it is known, by e-mail until then.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, or_, select

from bot.database import directories, outbox, rosters, standings
from bot.database.profiles import admission_of, is_older, look_up_effect
from bot.database.standings import Standing
from bot.database.timeline import ITSELF
from bot.database.transaction import Transaction
from bot.errors import FormError, NotAMember, NotFound, NotKnownYet
from bot.models import reading
from bot.models.account import Account, Person, PersonState
from bot.models.base import Base
from bot.models.people import Slot
from bot.policy.decide.on_call import Roster
from bot.policy.decide.visibility import may_see
from bot.policy.members import Admission, MemberType
from bot.policy.model.directory import Directory, DirectoryPerson, Entry, identity_key, merged
from bot.policy.model.reaching import MAIL
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time import zones

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*")  # noqa: RUF001 - both apostrophes are typed
_MOST_NAME_WORDS = 300
_STALE = timedelta(days=1)
NOT_ONE_OF_US: Final = "They can't act on an escalation. Choose a colleague."
# The most identities in one statement.
_AT_ONCE = 1_000
# Hot statements are built once: building one takes longer than the database takes to run it. They select columns of the
# table, which the ORM has nothing to do with.
_PERSON = Base.metadata.tables[Person.__tablename__].c
_STANDING = select(*standings.COLUMNS).where(standings.IS_THEIRS)
_EMAIL = select(_PERSON.email).where(_PERSON.slack_id == bindparam("who"), _PERSON.email.is_not(None))
_NAMES = select(_PERSON.slack_id, _PERSON.email, _PERSON.name).where(
    or_(_PERSON.slack_id.in_(bindparam("ids", expanding=True)), _PERSON.email.in_(bindparam("emails", expanding=True)))
)
_BY_EMAIL = select(_PERSON.email, _PERSON.slack_id).where(_PERSON.email.in_(bindparam("emails", expanding=True)))
_NAMED = or_(
    _PERSON.slack_id.in_(bindparam("who", expanding=True)), _PERSON.email.in_(bindparam("who", expanding=True))
)
_NO_MEMBER = and_(_PERSON.member_type.is_not(None), _PERSON.member_type != MemberType.MEMBER)
_UNFIT = select(_PERSON.slack_id, _PERSON.email, _PERSON.member_type).where(_NAMED, _NO_MEMBER)
_BARRED = select(_PERSON.slack_id, _PERSON.email).where(
    _NAMED, or_(_NO_MEMBER, _PERSON.state == PersonState.DEACTIVATED)
)


def is_slack_id(identity: str) -> bool:
    """Return True if an identity is a Slack id."""
    return _SLACK_ID.fullmatch(identity) is not None


@dataclass
class People:
    """Resolve identities to Slack ids, and decide who may use Escalate.

    `directory` is the file with what admins have added in Slack. Another process learns of an addition within seconds
    (`refresh`).
    """

    directory: Directory = field(default_factory=Directory)
    # The workspace's name, for messages to people outside it.
    company: str = "the company"
    file: Directory = field(init=False)
    _entries: tuple[Entry, ...] = ()
    _version: int = 0

    def __post_init__(self) -> None:
        self.file = self.directory

    def adopt(self, directory: Directory) -> bool:
        """Use another directory file from now on; return True if it differs."""
        differs = directory != self.file
        self.file = directory
        self.directory = merged(directory, self._entries)
        return differs

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that admins have added in Slack, as last read."""
        return self._entries

    def refresh(self, tx: Transaction) -> bool:
        """Read what admins have added, if that has changed; return True if it has."""
        version = directories.version(tx)
        if version == self._version:
            return False
        self._entries, self._version = directories.entries(tx), version
        self.directory = merged(self.file, self._entries)
        return True

    def is_area(self, words: str) -> bool:
        """Return True if words are the key or name of an area."""
        return self.directory.area_named(words) is not None

    def roster(
        self, tx: Transaction, policy: Policy, *, since: datetime | None = None, until: datetime | None = None
    ) -> Roster:
        """Return who is on call and who is away in a span of time; by default at the transaction's moment."""
        return rosters.roster(tx, self.directory, policy, since=since, until=until)

    def admission(self, tx: Transaction, slack_id: str, standing: Standing | None = None) -> Admission:
        """Return whether somebody may use Escalate, by what Slack has said. The program itself always may.

        An answer older than a day still counts, and Slack is asked again. `standing` is theirs, if it has been read.
        """
        if slack_id == ITSELF:
            return Admission.ADMITTED
        if standing is None:
            row = tx.session.execute(_STANDING, {"who": slack_id}).one_or_none()
            standing = Standing(*row) if row is not None else None
        if standing is None or standing.state is None or standing.checked_at is None:
            return Admission.UNKNOWN
        if is_older(standing.checked_at, tx.now - _STALE):
            outbox.put_all(tx, None, look_up_effect(slack_id))
        return admission_of(standing.state, standing.member_type)

    def must_be_ours(self, tx: Transaction, slack_id: str, standing: Standing | None = None) -> None:
        """Raise NotAMember for a guest, somebody of another workspace, a bot or a deactivated account.

        Raises NotKnownYet for somebody about whom Slack has said nothing yet.
        """
        match self.admission(tx, slack_id, standing):
            case Admission.REFUSED:
                raise NotAMember(self.company)
            case Admission.UNKNOWN:
                raise NotKnownYet
            case Admission.ADMITTED:
                return

    def resolve(self, tx: Transaction, identities: Iterable[str]) -> dict[str, str]:
        """Return the Slack id of each identity, or the e-mail if no Slack id is known yet."""
        wanted = set(identities)
        found = {who: who for who in wanted if is_slack_id(who)}
        found |= {who: known for who in wanted - found.keys() if (known := self.directory.slack_id_of(who))}
        emails = {identity_key(who): who for who in wanted - found.keys()}
        if emails:
            rows = tx.session.execute(_BY_EMAIL, {"emails": sorted(emails)}).all()
            found |= {emails[row.email]: row.slack_id for row in rows if row.email and row.slack_id}
        return {who: found.get(who, identity_key(who)) for who in wanted}

    def resolved(self, tx: Transaction, identity: str) -> str:
        """Return one identity's Slack id, or its e-mail if none is known yet."""
        return self.resolve(tx, [identity])[identity]

    def identities(self, tx: Transaction, slack_id: str) -> frozenset[str]:
        """Return every identity by which records may name somebody."""
        emails = tx.session.scalars(_EMAIL, {"who": slack_id})
        return self.directory.identities(slack_id) | {slack_id} | {email for email in emails if email}

    def entry(self, tx: Transaction, person: str) -> DirectoryPerson | None:
        """Return somebody's entry in the directory, also if only the other of their identities is there."""
        found = self.directory.person(person)
        if found is None and is_slack_id(person):
            entries = (self.directory.person(who) for who in sorted(self.identities(tx, person)))
            found = next((entry for entry in entries if entry is not None), None)
        return found

    def is_reached(self, tx: Transaction, person: str, *, sends_mail: bool) -> bool:
        """Return True if somebody is in Slack, or gets mail instead: the directory lists it as their route."""
        if is_slack_id(person):
            return True
        entry = self.entry(tx, person) if sends_mail else None
        return entry is not None and MAIL in entry.routes

    def may_see(self, tx: Transaction, facts: EscalationFacts, policy: Policy, who: str) -> bool:
        """Return True if somebody may see an escalation at all; the program itself may see all of them.

        Only confidential ones are kept from guests and outsiders here. Whether a person may use Escalate in the first
        place is checked by `must_be_ours`, which callers ask before.
        """
        if who == ITSELF:
            return True
        if not facts.is_private:
            return True
        return may_see(facts, policy, self.identities(tx, who)) and self.admission(tx, who) is not Admission.REFUSED

    def must_see(
        self,
        tx: Transaction,
        facts: EscalationFacts,
        policy: Policy,
        slack_id: str,
        standing: Standing | None = None,
    ) -> None:
        """Raise NotFound if somebody may not see an escalation: to them it doesn't exist.

        Raises NotAMember and NotKnownYet as `must_be_ours` does.
        """
        self.must_be_ours(tx, slack_id, standing)
        if not self.may_see(tx, facts, policy, slack_id):
            raise NotFound(f"There is no {facts.key}.")

    def reports_of(self, tx: Transaction, manager: str) -> frozenset[str]:
        """Return every identity of everybody who reports to a manager (by Slack id), by the directory."""
        own = self.identities(tx, manager)
        reports = [entry for entry in self.directory.people if entry.manager and identity_key(entry.manager) in own]
        known = self.resolve(tx, [entry.slack_id or entry.email for entry in reports])
        return frozenset(known.values()) | frozenset(identity_key(entry.email) for entry in reports)

    def everybody_below(self, tx: Transaction, manager: str) -> frozenset[str]:
        """Return every identity of everybody below a manager (by Slack id): who reports to them, and to those."""
        above, below = set(self.identities(tx, manager)), list[DirectoryPerson]()
        left = [entry for entry in self.directory.people if entry.manager]
        while found := [entry for entry in left if identity_key(entry.manager or "") in above]:
            below += found
            left = [entry for entry in left if entry not in found]
            above |= {identity_key(who) for entry in found for who in (entry.email, entry.slack_id) if who}
        known = self.resolve(tx, [entry.slack_id or entry.email for entry in below])
        return frozenset(known.values()) | frozenset(identity_key(entry.email) for entry in below)

    def names(self, tx: Transaction, identities: Collection[str]) -> dict[str, str]:
        """Return people's names by the identity given; those Slack hasn't named are left out."""
        if not identities:
            return {}
        wanted = {"ids": sorted(set(identities)), "emails": sorted(set(map(identity_key, identities)))}
        rows = tx.session.execute(_NAMES, wanted).all()
        known = {who: row.name for row in rows if row.name for who in (row.slack_id, row.email) if who}
        return {who: known[identity_key(who)] for who in identities if identity_key(who) in known}

    def named_in(self, tx: Transaction, text: str) -> frozenset[str]:
        """Return the full names of people Slack has told us of that are written in a text."""
        words = _NAME_WORD.findall(text)[:_MOST_NAME_WORDS]
        spans = {" ".join(words[at : at + size]) for size in (2, 3) for at in range(len(words) - size + 1)}
        if not spans:
            return frozenset()
        return frozenset(tx.session.scalars(select(_PERSON.name).where(_PERSON.name.in_(sorted(spans)))))

    def address(self, tx: Transaction, identity: str) -> str | None:
        """Return somebody's mail address; None if neither Slack nor the directory has it."""
        found = [one for one in sorted(self.identities(tx, identity)) if "@" in one]
        return found[0] if found else None

    def zone(self, tx: Transaction, slack_id: str) -> ZoneInfo | None:
        """Return somebody's time zone, if Slack has given a valid one."""
        named = tx.session.scalars(select(Person.zone).where(Person.slack_id == slack_id)).one_or_none()
        return zones.find(named)

    def zones(self, tx: Transaction, slack_ids: Collection[str]) -> dict[str, ZoneInfo]:
        """Return people's time zones by Slack id; those without a valid one are left out."""
        named = select(Person.slack_id, Person.zone).where(Person.slack_id.in_(slack_ids), Person.zone.is_not(None))
        found = ((str(slack_id), zones.find(name)) for slack_id, name in tx.session.execute(named))
        return {slack_id: zone for slack_id, zone in found if zone is not None}

    def gone(self, tx: Transaction, identities: Iterable[str]) -> frozenset[str]:
        """Return every identity of those people who can't act because Slack doesn't know them as active."""
        wanted = {identity_key(who) for who in identities}
        named = or_(Person.slack_id.in_(wanted), Person.email.in_(wanted))
        there = select(Person.slack_id, Person.email).where(named, Person.state == PersonState.ACTIVE)
        absent = wanted - {who for row in tx.session.execute(there) for who in row}
        return frozenset[str]().union(*(self.identities(tx, who) for who in absent))

    def unfit(self, tx: Transaction, identities: Iterable[str]) -> dict[str, str]:
        """Return the known non-members, each with their member type as text.

        They can be notified and invited, but can't act: a role of theirs counts as unfilled.
        """
        wanted = {identity_key(who) for who in identities}
        found = tx.session.execute(_UNFIT, {"who": sorted(wanted)})
        return {who: f"a {row.member_type}" for row in found for who in (row.slack_id, row.email) if who in wanted}

    def barred(self, tx: Transaction, identities: Iterable[str]) -> frozenset[str]:
        """Return every identity of those people who are known not to be members of ours, or to have left."""
        wanted = {identity_key(who) for who in identities}
        found = tx.session.execute(_BARRED, {"who": sorted(wanted)})
        out = {who for row in found for who in (row.slack_id, row.email) if who in wanted}
        return frozenset[str]().union(*(self.identities(tx, who) for who in out))

    def can_act(self, tx: Transaction, slack_id: str) -> bool | None:
        """Return True if somebody is active and a member of ours; None while Slack hasn't been asked."""
        found = select(Person.state, Person.member_type).where(Person.slack_id == slack_id)
        row = tx.session.execute(found).one_or_none()
        if row is None:
            return None
        return row.state is PersonState.ACTIVE and row.member_type in {None, MemberType.MEMBER}

    def must_be_able(self, tx: Transaction, slack_id: str, field: str) -> None:
        """Raise FormError at a field for somebody who is known not to be one of ours, or to have left."""
        if self.can_act(tx, slack_id) is False:
            raise FormError(field, NOT_ONE_OF_US)

    def look_up(self, tx: Transaction, identities: Collection[str]) -> int:
        """Queue look-ups in Slack of everybody without a fresh answer; return how many."""
        wanted = {self.directory.slack_id_of(who) or identity_key(who) for who in reading.texts(identities)}
        told = or_(Person.member_type.is_not(None), Person.state == PersonState.UNKNOWN_TO_SLACK)
        # An answer from the future can't be: it is asked for again.
        is_fresh = Person.checked_at.between(tx.now - _STALE, tx.now + _STALE)
        fresh = select(Person.slack_id, Person.email).where(is_fresh, told)
        asked = sorted(wanted)
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            named = or_(Person.slack_id.in_(some), Person.email.in_(some))
            wanted -= {identity for row in tx.session.execute(fresh.where(named)) for identity in row}
        asked = sorted(wanted)
        outbox.put_all(tx, None, *map(look_up_effect, asked))
        return len(asked)

    def everybody(self, tx: Transaction) -> frozenset[str]:
        """Return every identity in the directory, the accounts and the live records."""
        columns = (Account.csm, Account.manager, Account.executive_sponsor)
        named = {who for column in columns for who in tx.session.scalars(select(column).distinct()) if who}
        named |= set(tx.session.scalars(select(Slot.person).distinct()))
        return self.directory.everybody() | reading.texts(named)
