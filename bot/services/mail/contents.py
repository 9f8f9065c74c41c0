"""The content of a mail beyond the facts of its escalation, read when it is sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.database.mail_threads import answers_to
from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.policy.model.directory import identity_key
from bot.policy.record.mails import Envelope
from bot.policy.time.zones import zone_info


@dataclass(frozen=True, slots=True)
class MailContents:
    """People's names, the address that answers go to (None if no answers are read), and the reader's time zone."""

    names: Mapping[str, str]
    answers_to: str | None
    zone: str


@dataclass(frozen=True)
class MailContentsReader:
    """Read what a mail needs."""

    records: Records
    people: People

    def read(self, about: str, envelope: Envelope, people: Collection[str]) -> MailContents:
        """Return what a mail about something (`ESC-142`, `INC-3`) that names these people needs."""
        domain = self.records.service_settings.answers_domain
        with self.records.database.transaction() as tx:
            names = self.people.names(tx, people)
            return MailContents(names, answers_to(tx, about, envelope.to, domain), self._zone(tx, envelope.recipient))

    def _zone(self, tx: Transaction, address: str) -> str:
        """Return the zone in which somebody reads times.

        Slack's, else that of their quiet hours, else of a rota they take turns in, else the policy's.
        """
        found = self.people.zone(tx, self.people.resolved(tx, address))
        if found is not None:
            return found.key
        entry = self.people.entry(tx, address)
        if entry is not None and entry.quiet_hours is not None:
            return zone_info(entry.quiet_hours.zone).key
        own = {identity_key(who) for who in self.people.identities(tx, address)}
        rotas = (rota for area in self.people.directory.areas for rota in area.all_rotas)
        mine = (zone_info(rota.zone).key for rota in rotas if not own.isdisjoint(map(identity_key, rota.people)))
        return next(mine, str(self.records.policies.current.zone))
