"""The digests that come to somebody, or why none does: for operators who are asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bot.database import sponsor_queries
from bot.database.people import People
from bot.database.records import Records
from bot.database.sponsor_queries import IS_OPEN_ROLE
from bot.models.people import Slot
from bot.policy.members import Admission
from bot.policy.plan.digest_reader import DigestReader
from bot.policy.record.escalation import MANAGER
from bot.services.overview.digests import Digests
from bot.services.overview.sponsor_digests import SponsorDigests


@dataclass(frozen=True)
class DigestReaders:
    """Reads the digests that come to somebody."""

    records: Records
    people: People
    digests: Digests
    sponsor_digests: SponsorDigests

    def read(self, identity: str) -> DigestReader:
        """Return which digests come to somebody, by e-mail or Slack id, each as of now."""
        sends = self.records.service_settings.sends_mail
        with self.records.database.reading() as tx:
            who = self.people.resolved(tx, identity)
            own = self.people.identities(tx, who)
            is_refused = self.people.admission(tx, who) is Admission.REFUSED
            is_reached = self.people.is_reached(tx, who, sends_mail=sends)
            managed = select(Slot.role).where(IS_OPEN_ROLE, Slot.role == MANAGER, Slot.person.in_(sorted(own))).limit(1)
            manages = self.digests.is_manager(own) or tx.session.scalars(managed).first() is not None
            sponsors = sponsor_queries.is_sponsor(tx, own)
            wants_weekly = not self.sponsor_digests.is_off(tx, who)
            zone = (self.people.zone(tx, who) or self.records.policies.current.zone).key
        if is_refused:
            return DigestReader(identity, zone, is_refused=True, is_reached=is_reached)
        return DigestReader(
            identity,
            zone,
            is_reached=is_reached,
            daily=self.digests.compose(identity, limit=None) if manages else None,
            weekly=self.sponsor_digests.compose(who) if sponsors else None,
            wants_weekly=wants_weekly,
        )

    def names(self, people: Collection[str]) -> Mapping[str, str]:
        """Return the names of people by Slack id, as far as Slack has said."""
        with self.records.database.reading() as tx:
            return self.people.names(tx, people)
