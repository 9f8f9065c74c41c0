"""Holders of roles: assigned, or taken over."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.database import profiles
from bot.database.records import Records
from bot.errors import FormError
from bot.policy.decide import promises
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.record.announcements.people import Assigned
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import Profile
from bot.services.paging import pages
from bot.services.paging.acknowledgements import acknowledge

ASSIGNABLE = (FIX_OWNER, RELATIONSHIP_OWNER)
NOT_ONE_OF_US = "They can't act on an escalation. Choose a colleague."


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
            if any(change.people.can_act(change.tx, person) is False for person in people):
                raise FormError("people", NOT_ONE_OF_US)
            change.invite(*people)
            change.record("brought in", by=by, after={"people": list(people)})
            return change.facts

    def assign(self, number: int, role: str, person: str, *, by: str) -> EscalationFacts:
        """Assign a role by Slack id; to oneself, that is taking over. Raises Refused and FormError."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.ASSIGN))
            if role not in ASSIGNABLE:
                raise FormError("role", "Choose one of the roles in the list.")
            before = change.facts.holder(role)
            if before == person:
                raise FormError("person", "They hold this role already.")
            if person != by and change.people.can_act(change.tx, person) is False:
                raise FormError("person", NOT_ONE_OF_US)
            how = "took it over" if person == by else f"assigned by {by}"
            change.hold(role, person, how)
            change.invite(person)
            owed = promises.after_event(change.facts, change.policy, change.tx.now)
            change.row.customer_update_due_at = owed.customer
            change.row.internal_update_due_at = owed.internal
            pages.hand_over(change, role, by=by)
            if role == FIX_OWNER and person == by:
                acknowledge(change, by=by, aloud=False)
            change.record("assigned", by=by, before={role: before}, after={role: person})
            change.announce(Assigned(by=by, role=role, person=person, before=before))
            return change.facts
