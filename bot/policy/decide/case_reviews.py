"""A case review: an account that escalates again and again, looked at as a whole."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewFacts:
    """A case review as it stands.

    `history` are the escalations of its window that everybody in the channel may see, oldest first, each with the
    policy it runs under; `hidden` is how many more there are.
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

    @property
    def count(self) -> int:
        """Return how many escalations made it due."""
        return len(self.history) + self.hidden
