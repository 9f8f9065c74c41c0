"""The log of what the customer was told: by whom, when, how, and what hasn't reached them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from bot.database.records import Records
from bot.models import reading
from bot.models.customer_text import CustomerText
from bot.models.updates import Update
from bot.policy.model.rules import Policy
from bot.policy.record.customer_texts import CustomerTextFacts
from bot.policy.record.escalation import EscalationFacts

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class ToldLog:
    """The newest texts of an escalation, the newest first, and how many older ones there are."""

    facts: EscalationFacts
    policy: Policy
    texts: tuple[CustomerTextFacts, ...]
    older: int


@dataclass(frozen=True)
class ToldLogs:
    """Read the log."""

    records: Records

    def latest(self, number: int, *, viewer: str) -> ToldLog:
        """Return the log of an escalation, closed or not. Raises NotFound."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            mine = Update.escalation_id == number
            newest = select(Update).join(CustomerText).where(mine).order_by(Update.id.desc()).limit(MOST)
            rows = tx.session.scalars(newest).all()
            found = tuple(text for row in rows if not reading.problem(row) and (text := row.facts().text) is not None)
            all_ = select(func.count()).select_from(CustomerText).where(CustomerText.escalation_id == number)
            return ToldLog(change.facts, change.policy, found, tx.session.scalars(all_).one() - len(rows))
