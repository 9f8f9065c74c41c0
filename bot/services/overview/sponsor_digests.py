"""The weekly digest of each executive sponsor: planned as a timer, composed when it fires, sent once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from sqlalchemy import select

from bot.database import digest_hours, hot_list_queries, outbox, personal_mails, sponsor_queries, submissions, timetable
from bot.database.list_queries import HAS_BEGUN
from bot.database.lists import Lists
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.queries import IS_LIVE
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.sponsor_choice import SponsorChoice
from bot.models.work import EffectKind
from bot.policy.members import Admission
from bot.policy.plan import sponsor_digest
from bot.policy.plan.digest import DigestHours
from bot.policy.plan.sponsor_digest import WEEK, SponsorDigest
from bot.policy.plan.timers import Planned, TimerKind
from bot.services.overview import hot_customers

# The most customers in a digest, which fits on one screen.
SHOWN: Final = 9
# What the thread of mails is called.
_THREAD: Final = "sponsor-digest"
_MONDAY: Final = 0


@dataclass(frozen=True)
class SponsorDigests:
    """Plan, compose and send the digests of executive sponsors."""

    records: Records
    policies: Policies
    people: People

    def plan(self) -> None:
        """Ensure that the next digest of each sponsor is planned, and no other."""
        with self.records.database.transaction() as tx:
            self._plan(tx)

    def fire(self, key: str) -> tuple[str, ...]:
        """Queue the digest of a timer, and plan the next. A timer locked by another worker is skipped."""
        with self.records.database.transaction() as tx:
            timer = timetable.take_due(tx, key, TimerKind.SPONSOR_DIGEST)
            if timer is None:
                return ()
            found = self._compose(tx, timer.data["sponsor"])
            if found.is_wanted:
                # After an outage it comes late: it says how things are by then.
                effect = NewEffect(EffectKind.SPONSOR_DIGEST, {"to": found.sponsor})
                outbox.put_all(tx, None, *personal_mails.in_place_of(tx, effect, _THREAD))
            self._plan(tx)
            return (TimerKind.SPONSOR_DIGEST,)

    def compose(self, sponsor: str) -> SponsorDigest:
        """Return a digest as of now; empty for a person who may not use Escalate."""
        with self.records.database.reading() as tx:
            return self._compose(tx, self.people.resolved(tx, sponsor))

    def is_sponsor(self, own: Collection[str]) -> bool:
        """Return True if somebody, by their identities, gets such a digest."""
        with self.records.database.reading() as tx:
            return sponsor_queries.is_sponsor(tx, own)

    def hours(self, person: str) -> tuple[DigestHours, str]:
        """Return when somebody gets theirs now, and the name of their zone. Raises NotAMember."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, person)
            zone = self.people.zone(tx, person) or self.policies.current.zone
            return self._choices(tx, [person]).get(person, self._default), zone.key

    def choose(self, person: str, hour: int, days: Sequence[int]) -> None:
        """Note when somebody wants theirs, and plan the next. Raises NotAMember."""
        with self.records.database.transaction() as tx:
            submissions.note(tx)
            self.people.must_be_ours(tx, person)
            digest_hours.keep(tx, SponsorChoice, person, hour, days)
            self._plan(tx)

    def is_off(self, tx: Transaction, person: str) -> bool:
        """Return True if somebody has chosen no day for theirs."""
        chosen = self._choices(tx, [person]).get(person)
        return chosen is not None and not chosen.days

    @property
    def _default(self) -> DigestHours:
        return DigestHours(self.records.service_settings.digest_hour, (_MONDAY,))

    def _compose(self, tx: Transaction, sponsor: str) -> SponsorDigest:
        policy, lists = self.policies.current, Lists(self.records)
        if self.people.admission(tx, sponsor) is Admission.REFUSED:
            # They may have left, or be a guest by now: a digest is for our own people.
            return SponsorDigest(sponsor, tx.now, policy)
        own, since = self.people.identities(tx, sponsor), tx.now - WEEK
        accounts, seen = sponsor_queries.accounts_of(tx, own, since=since), lists.visible(tx, sponsor)
        theirs = (IS_LIVE, HAS_BEGUN, Escalation.account_id.in_(sorted(accounts)), seen)
        earlier = hot_list_queries.of_last_week(tx.session, tx.now.astimezone(policy.zone).date())
        found = hot_customers.read(tx, lists, *theirs, limit=SHOWN, earlier=earlier)
        news = sponsor_queries.news(tx, accounts, seen, since=since)
        return SponsorDigest(sponsor, tx.now, policy, found.customers, found.total, news, found.unreadable)

    def _plan(self, tx: Transaction) -> None:
        known = self.people.resolve(tx, sponsor_queries.sponsors(tx)).values()
        sends = self.records.service_settings.sends_mail
        reached = (who for who in known if self.people.is_reached(tx, who, sends_mail=sends))
        sponsors = sorted(set(reached))
        policy, zones, choices = self.policies.current, self.people.zones(tx, sponsors), self._choices(tx, sponsors)
        wanted = []
        for who in sponsors:
            zone, hours = zones.get(who, policy.zone), choices.get(who, self._default)
            at = sponsor_digest.next_time(tx.now, policy, zone, hours, chosen=who in choices)
            if at is not None:
                key = f"{TimerKind.SPONSOR_DIGEST}:{who}:{at.date().isoformat()}"
                wanted.append(Planned(key, TimerKind.SPONSOR_DIGEST, at.astimezone(UTC), {"sponsor": who}))
        timetable.keep_only(tx, TimerKind.SPONSOR_DIGEST, wanted)

    @staticmethod
    def _choices(tx: Transaction, people: Sequence[str]) -> Mapping[str, DigestHours]:
        rows = tx.session.scalars(select(SponsorChoice).where(SponsorChoice.person.in_(people)))
        return {row.person: row.facts() for row in rows if not reading.problem(row)}
