"""Holders of roles: assigned, or taken over."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.database import profiles
from bot.database.records import Records
from bot.errors import FormError
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.decide.roles import assignable
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Profile
from bot.services.people import handovers


@dataclass(frozen=True)
class Owners:
    """Change who holds a role on an escalation."""

    records: Records

    def is_known(self, person: str) -> bool:
        """Return True if Slack has said who somebody is."""
        with self.records.database.reading() as tx:
            return self.records.people.can_act(tx, person) is not None

    def learn(self, person: str, profile: Profile | None) -> None:
        """Store Slack's answer about somebody; None: nobody has that id."""
        with self.records.database.transaction() as tx:
            profiles.learn(tx, person, profile)

    def bring_in(self, number: int, people: Sequence[str], *, by: str) -> EscalationFacts:
        """Invite people by Slack id to the channel. Raises Refused, and FormError for one who isn't ours."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.EDIT))
            for person in people:
                change.people.must_be_able(change.tx, person, "people")
            change.invite(*people)
            change.record("brought in", by=by, after={"people": list(people)})
            return change.facts

    def assign(self, number: int, role: str, person: str, *, by: str) -> EscalationFacts:
        """Take a role over, or offer it to somebody (by Slack id), who has it once they accept.

        Raises Refused and FormError.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.ASSIGN))
            if role not in assignable(change.facts, change.policy, change.people.identities(change.tx, by)):
                raise FormError("role", "Choose one of the roles in the list.")
            before = change.facts.holder(role)
            if before == person:
                raise FormError("person", f"{'You' if person == by else 'They'} hold this role already.")
            if person != by:
                change.people.must_be_able(change.tx, person, "person")
            if any((one.role, one.person) == (role, person) for one in change.facts.handovers) and person != by:
                raise FormError("person", "They've been asked already.")
            if person == by:
                handovers.assign(change, role, person, by=by)
            else:
                handovers.offer(change, role, person, by=by)
            return change.facts

    def roles(self, facts: EscalationFacts, policy: Policy, *, viewer: str) -> tuple[str, ...]:
        """Return the roles that somebody may hand over or take."""
        with self.records.database.reading() as tx:
            return assignable(facts, policy, self.records.people.identities(tx, viewer))

    def accept(self, number: int, role: str, *, by: str) -> EscalationFacts:
        """Take a role that was offered. Raises NotFound once the offer is over, and Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.ASSIGN))
            handovers.accept(change, role, by=by)
            return change.facts

    def decline(self, number: int, role: str, *, by: str) -> EscalationFacts:
        """Turn a role down that was offered. Raises NotFound once the offer is over."""
        with self.records.changing(number, by=by) as change:
            handovers.decline(change, role, by=by)
            return change.facts
