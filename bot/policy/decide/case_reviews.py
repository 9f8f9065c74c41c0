"""Case reviews: an account that escalates repeatedly, reviewed as a whole."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewFacts:
    """The state of a case review.

    `history` are the newest escalations of its window that everybody in the channel may see, oldest first, each with
    its policy. `earlier` is how many of these came before them, `hidden` how many more there are.
    """

    id: int
    owner: str
    opened_on: date
    due_at: datetime
    history: tuple[tuple[EscalationFacts, Policy], ...]
    hidden: int
    findings: str | None = None
    finished_by: str | None = None
    finished_at: datetime | None = None
    earlier: int = 0

    @property
    def count(self) -> int:
        """The number of escalations that made it due."""
        return self.earlier + len(self.history) + self.hidden
