"""What people have ticked off on the checklists of levels."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class ChecklistTick(Base):
    """That somebody said that an item of the policy's checklist is done. What is done by itself has no row."""

    __tablename__ = "checklist_tick"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(60), primary_key=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
