"""Admission to Escalate, checked before anything else; and profiles of people as Slack sends them."""

from dataclasses import dataclass

from bot.database import profiles
from bot.database.people import People
from bot.database.transaction import Database
from bot.errors import NotAMember
from bot.policy.members import Admission
from bot.ports.workspace import Profile


@dataclass(frozen=True)
class Admissions:
    """Decide who may use Escalate. Each method is one transaction."""

    database: Database
    people: People

    def of(self, person: str) -> Admission:
        """Return whether somebody may use Escalate, by what Slack has said."""
        with self.database.reading() as tx:
            return self.people.admission(tx, person)

    def must_be_ours(self, person: str) -> None:
        """Raise NotAMember or NotKnownYet for a person who may not use Escalate."""
        with self.database.reading() as tx:
            self.people.must_be_ours(tx, person)

    def learn(self, person: str, profile: Profile | None) -> Admission:
        """Store Slack's answer about somebody; None: nobody has that id."""
        with self.database.transaction() as tx:
            profiles.learn(tx, person, profile)
            return self.people.admission(tx, person)

    def heard(self, profile: Profile) -> bool:
        """Process what an event says about somebody; return True if anything is new."""
        with self.database.transaction() as tx:
            return profiles.heard(tx, profile)

    def refusal(self) -> NotAMember:
        """Return the error for a person who isn't admitted."""
        return NotAMember(self.people.company)
