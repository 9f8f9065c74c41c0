"""Lessons from a closed escalation."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words
from bot.policy.record.outcomes import Outcome, SolvedBy


class OutcomeRow(Base):
    """The lessons of an escalation. Noting them again replaces them; the timeline keeps both."""

    __tablename__ = "outcome"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    solved_by: Mapped[SolvedBy] = mapped_column(words(SolvedBy, 20))
    first_level_could: Mapped[bool]
    to_try: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]

    def facts(self) -> Outcome:
        """Return the facts for policy and views."""
        return Outcome(
            solved_by=self.solved_by,
            first_level_could=self.first_level_could,
            to_try=self.to_try,
            by=self.by,
            at=self.at,
        )
