"""Updates: what was posted, and the next update that was promised."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Json
from bot.models.customer_text import CustomerText
from bot.policy.record.updates import PostedUpdate


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
    # Who edited it last, when, and how often; the timeline has the words and the promise of before.
    edited_by: Mapped[str | None] = mapped_column(String(40))
    edited_at: Mapped[datetime | None]
    edits: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    # The next update as it was promised first, if an edit has changed it.
    first_promised_at: Mapped[datetime | None]
    # The announcement as it was made, from which the message is redrawn.
    announced: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # Where its message is, once it is posted.
    channel: Mapped[str | None] = mapped_column(String(40))
    message_ts: Mapped[str | None] = mapped_column(String(40))

    text: Mapped[CustomerText | None] = relationship(lazy="joined", uselist=False)

    def facts(self) -> PostedUpdate:
        """Return the update as facts."""
        return PostedUpdate(
            id=self.id,
            by=self.by,
            at=self.at,
            note=self.note,
            customer_text=self.customer_text,
            next_promised_at=self.next_promised_at,
            first_promised_at=self.first_promised_at,
            edited_by=self.edited_by,
            edited_at=self.edited_at,
            edits=self.edits,
            text=self.text.facts(self.customer_text) if self.text is not None else None,
        )
