"""Cards that say what to do in a role: shown to each holder until they have seen them once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.database.people import People
from bot.database.transaction import Database
from bot.models.directory import RoleCardShown
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts

# The roles that have a card.
ROLES = (RELATIONSHIP_OWNER, FIX_OWNER)


@dataclass(frozen=True)
class RoleCards:
    """Show the card of a role once. Each method is one transaction."""

    database: Database
    people: People

    def unseen(self, person: str, own: Collection[str], held: Sequence[EscalationFacts]) -> list[str]:
        """Return the roles that somebody (by all their identities) holds and whose card they haven't seen."""
        roles = [role for role in ROLES if any(facts.holder(role) in own for facts in held)]
        if not roles:
            return []
        with self.database.reading() as tx:
            seen = set(tx.session.scalars(select(RoleCardShown.role).where(RoleCardShown.person == person)))
            return [role for role in roles if role not in seen]

    def seen(self, role: str, *, by: str) -> None:
        """Note that somebody has seen a card; twice is fine. Raises NotAMember."""
        with self.database.transaction() as tx:
            self.people.must_be_ours(tx, by)
            if role in ROLES and tx.session.get(RoleCardShown, (by, role)) is None:
                try:
                    with tx.session.begin_nested():
                        tx.session.add(RoleCardShown(person=by, role=role, at=tx.now))
                except IntegrityError:
                    return  # pressed twice at once
