"""The ledger of promises: when each audience was promised its next update, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words
from bot.policy.record.promises import Audience, PromiseFacts, PromiseState


class Promise(Base):
    """One promise. Rows are settled, and never removed while their escalation exists.

    `owner` is who owed the update, `by` who named its time; None if the policy's cadence did.
    """

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_escalation", "escalation_id", "audience", "state"),
        Index("ix_promise_owner", "owner", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    audience: Mapped[Audience] = mapped_column(words(Audience, 20))
    by: Mapped[str | None] = mapped_column(String(320))
    owner: Mapped[str] = mapped_column(String(320))
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    first_due_at: Mapped[datetime | None]
    state: Mapped[PromiseState] = mapped_column(words(PromiseState, 20))
    settled_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    def facts(self) -> PromiseFacts:
        """Return the facts for policy and views."""
        return PromiseFacts(
            audience=self.audience,
            by=self.by,
            owner=self.owner,
            made_at=self.made_at,
            due_at=self.due_at,
            first_due_at=self.first_due_at,
            state=self.state,
            settled_at=self.settled_at,
            answered_at=self.answered_at,
        )

    def become(self, facts: PromiseFacts) -> None:
        """Take over what policy decided."""
        self.by, self.owner, self.made_at = facts.by, facts.owner, facts.made_at
        self.due_at, self.first_due_at = facts.due_at, facts.first_due_at
        self.state, self.settled_at, self.answered_at = facts.state, facts.settled_at, facts.answered_at
