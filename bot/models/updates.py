"""Updates: what was posted, and the next update that was promised."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Update(Base):
    """A posted update and the next one promised. `note` is for us, `customer_text` for the customer."""

    __tablename__ = "posted_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column("known", Text, default="")
    # A second note, which earlier versions had.
    older_note: Mapped[str] = mapped_column("internal_note", Text, default="")
    customer_text: Mapped[str] = mapped_column(Text, default="")
    # The due time this update answers, and the next one it promises.
    answered_due_at: Mapped[datetime | None]
    next_promised_at: Mapped[datetime | None]
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
