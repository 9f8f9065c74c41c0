"""Whether somebody may use Escalate, asked before anything else; and what Slack says of people as it comes."""

from dataclasses import dataclass

from bot.database.people import People
from bot.database.transaction import Database
from bot.errors import NotOurs
from bot.policy.members import Admission
from bot.ports.workspace import Profile


@dataclass(frozen=True)
class Admissions:
    """Tells who may use Escalate. Each method is one transaction."""

    database: Database
    people: People

    def of(self, person: str) -> Admission:
        """Return whether somebody may use Escalate, as far as Slack has told."""
        with self.database.transaction() as tx:
            return self.people.admission(tx, person)

    def must_be_ours(self, person: str) -> None:
        """Raise NotOurs or NotKnownYet for whoever may not use Escalate."""
        with self.database.transaction() as tx:
            self.people.must_be_ours(tx, person)

    def learn(self, person: str, profile: Profile | None) -> Admission:
        """Take in Slack's answer about somebody; None: it knows nobody by that id."""
        with self.database.transaction() as tx:
            self.people.learn(tx, person, profile)
            return self.people.admission(tx, person)

    def heard(self, profile: Profile) -> bool:
        """Take in what an event says of somebody; returns whether anything is new."""
        with self.database.transaction() as tx:
            return self.people.heard(tx, profile)

    def refusal(self) -> NotOurs:
        """Return what whoever is not admitted is told."""
        return NotOurs(self.people.company)
