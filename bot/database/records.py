"""Opening of escalations for change: loaded whole and locked, one transaction each, by those who may see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from bot.database import list_queries, queries, submissions, timeline
from bot.database.change import Change
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.service_settings import ServiceSettings
from bot.database.shown import shown
from bot.database.transaction import Database, Transaction
from bot.errors import NoEscalation, UnreadableRecord
from bot.models.escalation import Escalation
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True)
class Records:
    """Open escalations for change, one transaction each."""

    database: Database
    policies: Policies
    people: People
    service_settings: ServiceSettings

    @contextmanager
    def changing(self, number: int, *, by: str) -> Iterator[Change]:
        """Lock an escalation, yield it, and bring its timers and card in line. Raises NotFound, UnreadableRecord.

        NotFound is also raised for a person who may not see it. Raises AlreadyDone if the form was sent before.
        """
        with self.database.transaction() as tx:
            change = self.seen(tx, number, by=by)
            submissions.note(tx)
            yield change
            change.finish()

    def visible(self, tx: Transaction, viewer: str) -> ColumnElement[bool]:
        """Return the condition for the escalations that somebody (by Slack id) may see."""
        own = self.people.identities(tx, viewer)
        trusted = [
            number for number, policy in self.policies.all(tx).items() if policy.guards.see_confidential.admits(own, {})
        ]
        return list_queries.visible_to(sorted(own), trusted)

    @contextmanager
    def named_to(self, tx: Transaction, number: int, viewer: str) -> Iterator[None]:
        """Turn UnreadableRecord into NotFound for viewers who may not see the escalation.

        Who is on it, and whether it is confidential, is asked of the database, which needs no record that can be read.
        """
        try:
            yield
        except UnreadableRecord as error:
            if viewer != timeline.ITSELF:
                self.people.must_be_ours(tx, viewer)
                if not list_queries.count(tx.session, Escalation.id == number, self.visible(tx, viewer)):
                    raise NoEscalation(number) from error
            raise

    def seen(self, tx: Transaction, number: int, *, by: str) -> Change:
        """Lock an escalation as `within` does, and check that `by` may see it.

        Raises NotFound, NotAMember, NotKnownYet, UnreadableRecord.
        """
        with self.named_to(tx, number, by):
            found = queries.escalation_for(tx.session, number, by)
            if found is None:
                raise NoEscalation(number)
            row, standing = found
            facts, policy = self.policies.read(row)
        self.people.must_see(tx, facts, policy, by, standing)
        return self._change(tx, row, facts, policy)

    def within(self, tx: Transaction, number: int) -> Change:
        """Lock an escalation in a running transaction; the caller calls `finish`. Raises NotFound."""
        row = queries.escalation(tx.session, number, lock=True)
        if row is None:
            raise NoEscalation(number)
        return self.of(tx, row)

    def of(self, tx: Transaction, row: Escalation) -> Change:
        """Wrap a row that was loaded whole and locked. Raises UnreadableRecord."""
        return self._change(tx, row, *self.policies.read(row))

    def _change(self, tx: Transaction, row: Escalation, facts: EscalationFacts, policy: Policy) -> Change:
        return Change(tx, row, policy, self.people, self.service_settings, shown(facts, policy))
