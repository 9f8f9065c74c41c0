"""Previews of what the policy in force would change for escalations under an earlier one. Read only."""

from dataclasses import dataclass

from bot.database import queries
from bot.database.history import history_of
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.policy.decide.routing import RoutingInput
from bot.policy.model.rules import Policy
from bot.policy.preview.migration import MigrationDifference, outlook
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True)
class MigrationPreview:
    """An open escalation, its policy, and the decision of the policy in force."""

    facts: EscalationFacts
    policy: Policy
    outlook: MigrationDifference


@dataclass(frozen=True)
class Migrations:
    """Preview migrations."""

    records: Records
    policies: Policies
    people: People

    def preview(self) -> list[MigrationPreview]:
        """Return every open escalation, oldest first."""
        after = self.policies.current
        with self.records.database.transaction() as tx:
            rows = queries.live(tx.session)
            accounts = {row.id: row.account_id for row in rows}
            found = self.policies.readable(rows)
            return [self._preview(tx, facts, before, after, accounts[facts.number]) for facts, before in found]

    def _preview(
        self, tx: Transaction, facts: EscalationFacts, before: Policy, after: Policy, account: int
    ) -> MigrationPreview:
        after = after.in_region(facts.account.region)
        where = RoutingInput(self.people.roster(tx, after), facts.account, facts.area, tx.now, facts.declared_by)
        history = history_of(tx, after, account, but=facts.number)
        return MigrationPreview(facts, before, outlook(facts, before, after, where=where, history=history, now=tx.now))
