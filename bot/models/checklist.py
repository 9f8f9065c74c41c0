"""Ticked items of the levels' checklists."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class ChecklistTick(Base):
    """An item of the policy's checklist that somebody ticked. Items ticked from the record have no row."""

    __tablename__ = "checklist_tick"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(60), primary_key=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
