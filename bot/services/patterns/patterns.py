"""What several escalations say together: looked for when one is declared, by whoever delivers, so that nobody waits."""

from dataclasses import dataclass

from bot.database.change import Change, Records
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.models.work import EffectKind
from bot.policy.model.facts import History
from bot.services.incidents.incident_signs import suggest_incident
from bot.services.patterns import case_reviews


@dataclass(frozen=True)
class PatternWatch:
    """Looks for patterns."""

    records: Records

    def look(self, tx: Transaction, number: int) -> None:
        """Look for the patterns that a declaration completes, once it is committed and others see it.

        Two that are declared at the same moment do not see each other while they are written; here they do.
        """
        change = self.records.within(tx, number)
        if change.row.withdrawn_reason is None:
            case_reviews.open_if_due(change)
            suggest_incident(change)


def watch(change: Change, history: History) -> None:
    """Have the patterns looked for where there may be one."""
    repeats, today = change.policy.patterns.repeats, change.tx.now.astimezone(change.policy.zone).date()
    again = repeats is not None and history.declared_within(repeats.within_days, today) > 0
    may_be_shared = change.policy.patterns.major_incident is not None and change.row.category is not None
    if again or may_be_shared:
        change.do(NewEffect(EffectKind.PATTERNS), in_channel=True)
