"""Waivers of the customer's confirmation, posted with the manager's name and reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.programme import ConsentGiven
from bot.policy.decide.lifecycle import Move, refusals_by_guard, require
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.closing import ConfirmationWaived
from bot.policy.record.escalation import EscalationFacts

# Waivers are counted for this long.
LATELY: Final = timedelta(days=90)


@dataclass(frozen=True)
class Waivers:
    """Waive the customer's confirmation, without which nothing is resolved."""

    records: Records
    people: People

    def may_waive(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy, int]:
        """Return an escalation whose confirmation somebody may waive, and how many waivers they gave in 90 days.

        Raises Refused if they may not.
        """
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            who = self.people.identities(tx, by)
            require(refusals_by_guard(change.facts, Move.WAIVE, change.policy.guards.waive, who))
            return change.facts, change.policy, _given(tx, who)

    def waive(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Waive the customer's confirmation. Raises Refused if the person may not."""
        with self.records.changing(number, by=by) as change:
            who = self.people.identities(change.tx, by)
            require(refusals_by_guard(change.facts, Move.WAIVE, change.policy.guards.waive, who))
            row = change.row
            row.waived_by, row.waived_reason, row.waived_at = by, reason, change.tx.now
            change.record("confirmation waived", by=by, reason=reason)
            change.tx.session.flush()
            change.announce(ConfirmationWaived(by=by, reason=reason, count=_given(change.tx, who)))
            return change.facts


def _given(tx: Transaction, who: Collection[str]) -> int:
    """Return how many waivers somebody, by their identities, gave lately: of confirmations and of other consents."""
    since = tx.now - LATELY
    confirmations = select(func.count()).where(Escalation.waived_by.in_(who), Escalation.waived_at >= since)
    consents = select(func.count()).where(
        ConsentGiven.by.in_(who), ConsentGiven.waived.is_(True), ConsentGiven.at >= since
    )
    return tx.session.scalars(confirmations).one() + tx.session.scalars(consents).one()
