"""Detection of patterns after a declaration, by the deliverer, so that nobody waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.database.change import Change
from bot.database.locks import lock_escalation
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.model.facts import History
from bot.services.incidents.incident_suggestions import suggest_incident
from bot.services.patterns import case_reviews
from bot.services.watch import watches


@dataclass(frozen=True)
class PatternWatch:
    """Detect patterns."""

    records: Records

    def look(self, tx: Transaction, number: int) -> None:
        """Detect the patterns that a declaration completes, once it is committed and visible to others.

        Two concurrent declarations don't see each other while they are written; here they do.
        """
        others = _locked_with(tx, number)
        change = self.records.within(tx, number)
        if change.row.withdrawn_reason is None:
            case_reviews.open_if_due(change)
            suggest_incident(change)
            self._ask_watched(change, others)

    def _ask_watched(self, change: Change, locked: Sequence[int]) -> None:
        """Ask whether to reopen what is watched of the same account. A confidential one says nothing of itself."""
        if change.row.is_private:
            return
        for other in watches.watched(change.tx, change.row.account_id, but=change.row.id):
            if other in locked:
                watches.escalated_again(self.records.within(change.tx, other))


def _locked_with(tx: Transaction, number: int) -> Sequence[int]:
    """Lock an escalation together with what is watched of its account, by number; return the watched ones."""
    account = tx.session.scalars(select(Escalation.account_id).where(Escalation.id == number)).one()
    others = watches.watched(tx, account, but=number)
    for each in sorted({number, *others}):
        lock_escalation(tx, each)
    return others


def watch(change: Change, history: History) -> None:
    """Queue the detection of patterns if there may be one."""
    repeats, today = change.policy.patterns.repeats, change.tx.now.astimezone(change.policy.zone).date()
    again = repeats is not None and history.declared_within(repeats.within_days, today) > 0
    may_be_shared = change.policy.patterns.major_incident is not None and change.row.category is not None
    if again or may_be_shared:
        change.do(NewEffect(EffectKind.PATTERNS), in_channel=True)
