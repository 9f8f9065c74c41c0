"""Updates: what was posted, and the next update that was promised."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Update(Base):
    """What was said, and what was promised next. What the customer reads is a column of its own."""

    __tablename__ = "posted_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    known: Mapped[str] = mapped_column(Text, default="")
    internal_note: Mapped[str] = mapped_column(Text, default="")
    customer_text: Mapped[str] = mapped_column(Text, default="")
    # The promise this update answers and the one it makes.
    answered_due_at: Mapped[datetime | None]
    next_promised_at: Mapped[datetime | None]
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
