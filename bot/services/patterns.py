"""What several escalations say together: looked for when one is declared, by whoever delivers, so that nobody waits."""

from dataclasses import dataclass

from bot.models.work import EffectKind
from bot.policy.facts import History
from bot.services import case_reviews
from bot.services.core import Transaction
from bot.services.outbox import NewEffect
from bot.services.records import Change, Records


@dataclass(frozen=True)
class Patterns:
    """Looks for patterns."""

    records: Records

    def look(self, tx: Transaction, number: int) -> None:
        """Look for the patterns that a declaration completes, once it is committed and others see it.

        Two that are declared at the same moment do not see each other while they are written; here they do.
        """
        change = self.records.within(tx, number)
        if change.row.withdrawn_reason is None:
            case_reviews.open_if_due(change)


def watch(change: Change, history: History) -> None:
    """Have the patterns looked for where there may be one."""
    repeats, today = change.policy.patterns.repeats, change.tx.now.astimezone(change.policy.zone).date()
    if repeats is not None and history.declared_within(repeats.within_days, today):
        change.do(NewEffect(EffectKind.PATTERNS), in_channel=True)
