"""Case reviews of accounts that escalate repeatedly."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class CaseReview(Base):
    """A review of an account that escalates repeatedly; one per window of the policy."""

    __tablename__ = "case_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    opened_on: Mapped[date]
    due_at: Mapped[datetime]
    owner: Mapped[str] = mapped_column(String(320))
    findings: Mapped[str | None] = mapped_column(Text)
    finished_by: Mapped[str | None] = mapped_column(String(40))
    finished_at: Mapped[datetime | None]
    # Where its message is. It is posted once and edited from then on.
    message_channel: Mapped[str | None] = mapped_column(String(40))
    message_ts: Mapped[str | None] = mapped_column(String(40))
