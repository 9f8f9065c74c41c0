"""Corrective actions of the post-incident review."""

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base
from bot.policy.record.escalation import Action


class CorrectiveAction(Base):
    """Something that will be done so that it does not come back. It has an owner and a date, or it does not exist."""

    __tablename__ = "corrective_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(320))
    due_on: Mapped[date]

    def facts(self) -> Action:
        """Return what policy and views may know."""
        return Action(what=self.what, owner=self.owner, due_on=self.due_on)
