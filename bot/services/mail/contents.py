"""The content of a mail beyond the facts of its escalation, read when it is sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.database.mail_threads import thread_of
from bot.database.people import People
from bot.database.records import Records
from bot.policy.record.mails import Envelope


@dataclass(frozen=True, slots=True)
class MailContents:
    """People's names, and the address that answers go to; None if no answers are read."""

    names: Mapping[str, str]
    answers_to: str | None


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
            thread = thread_of(tx, about, envelope.to) if domain is not None else None
            return MailContents(names, f"{about.lower()}+{thread.token}@{domain}" if thread else None)
