"""Corrective actions of the post-incident review."""

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base
from bot.policy.record.ending import CorrectiveActionFacts


class CorrectiveAction(Base):
    """An action to prevent the problem from coming back. It always has an owner and a due date."""

    __tablename__ = "corrective_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(320))
    due_on: Mapped[date]

    def facts(self) -> CorrectiveActionFacts:
        """Return the facts for policy and views."""
        return CorrectiveActionFacts(what=self.what, owner=self.owner, due_on=self.due_on)
